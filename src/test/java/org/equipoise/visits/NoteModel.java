package org.equipoise.visits;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;

/** The three models whose notes come with the visits. */
public enum NoteModel {
  BART_LARGE("BART-large", "facebook/bart-large"),
  LED("LED", "allenai/led-large-16384"),
  BIO_BART("BioBART", "GanjinZero/biobart-v2-large");

  private final String key;
  private final String baseModel;

  NoteModel(String key, String baseModel) {
    this.key = key;
    this.baseModel = baseModel;
  }

  /** The model of this name in {@code aiNotes}. */
  public static NoteModel of(String key) {
    return Arrays.stream(values())
        .filter(model -> model.key.equals(key))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("No facts are known about the model " + key));
  }

  /** Its name in the data set. */
  public String key() {
    return key;
  }

  /** The published model that it was trained from. */
  public String baseModel() {
    return baseModel;
  }

  /** The exact build, as far as it is published. */
  public String version() {
    return baseModel + ", fine-tuned on ACI-BENCH (67 visits, 15 epochs, learning rate 1e-5)";
  }

  /** Part of logical ids. */
  public String slug() {
    return key.toLowerCase(Locale.ROOT);
  }

  /** Its card in markdown, written for this tool from published facts. */
  public byte[] card() {
    try (InputStream card = NoteModel.class.getResourceAsStream("/visits/" + slug() + ".md")) {
      return card.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
