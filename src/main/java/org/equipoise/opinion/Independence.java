package org.equipoise.opinion;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/** Whether somebody is independent enough to give a second opinion on a document. Pure. */
final class Independence {

  /** Why somebody is not. */
  enum Breach {
    AUTHOR("they wrote the document, an earlier version of it or what it replaces"),
    CHECKED_IT("they checked or signed the document, an earlier version of it or what it replaces"),
    SAME_ORGANIZATION("they work for an organization that made the document"),
    ORGANIZATION_UNKNOWN("nobody knows which organization they work for"),
    AI_NOT_ALLOWED("an AI may not be asked: the request does not allow it"),
    NO_AI("the device is no AI"),
    SAME_MAKER("it has the same maker as an AI that wrote the document"),
    SAME_MODEL("it is the same model as an AI that wrote the document"),
    MAKER_UNKNOWN("nobody knows who made it");

    private final String words;

    Breach(String words) {
      this.words = words;
    }

    /** The reason, to follow "cannot give it: ". */
    String words() {
      return words;
    }
  }

  /**
   * An AI as it was built.
   *
   * @param device {@code Device/id}
   * @param maker null where nothing is said
   * @param models names and numbers of the model
   */
  record Ai(String device, String maker, Set<String> models) {}

  /**
   * Who made a document: all versions of it, and of what it replaces.
   *
   * @param authors {@code Practitioner/id}, {@code Device/id} and such
   * @param attesters who checked or signed it
   * @param organizations those who keep it, for whom its authors and attesters work, and who own
   *     the AIs
   * @param ais the AIs among its authors
   */
  record Makers(
      Set<String> authors, Set<String> attesters, Set<String> organizations, Set<Ai> ais) {}

  /**
   * Who is asked.
   *
   * @param who {@code Practitioner/id} or {@code Device/id}
   * @param organizations for whom they work
   * @param ai as what it was built; null for a person
   * @param isAi false for a Device that is none; true for a person
   */
  record Candidate(String who, Set<String> organizations, Ai ai, boolean isAi) {

    static Candidate person(String who, Set<String> organizations) {
      return new Candidate(who, organizations, null, true);
    }
  }

  private Independence() {}

  /** All that speaks against somebody; empty where nothing does. */
  static Set<Breach> breaches(Makers makers, Candidate candidate, Opinions.Wanted wanted) {
    Set<Breach> breaches = new LinkedHashSet<>();
    if (makers.authors().contains(candidate.who())) {
      breaches.add(Breach.AUTHOR);
    }
    if (makers.attesters().contains(candidate.who())) {
      breaches.add(Breach.CHECKED_IT);
    }
    if (candidate.ai() != null || !candidate.isAi()) {
      judgeAi(makers, candidate, wanted, breaches);
    }
    if (wanted.differentOrganization()) {
      if (candidate.organizations().isEmpty()) {
        breaches.add(Breach.ORGANIZATION_UNKNOWN);
      } else if (candidate.organizations().stream().anyMatch(makers.organizations()::contains)) {
        breaches.add(Breach.SAME_ORGANIZATION);
      }
    }
    return breaches;
  }

  private static void judgeAi(
      Makers makers, Candidate candidate, Opinions.Wanted wanted, Set<Breach> breaches) {
    if (!candidate.isAi()) {
      breaches.add(Breach.NO_AI);
      return;
    }
    if (!wanted.aiAllowed()) {
      breaches.add(Breach.AI_NOT_ALLOWED);
    }
    Ai asked = candidate.ai();
    if (asked.maker() == null) {
      breaches.add(Breach.MAKER_UNKNOWN);
    }
    for (Ai author : makers.ais()) {
      if (author.maker() == null) {
        breaches.add(Breach.MAKER_UNKNOWN);
      } else if (asked.maker() != null && same(asked.maker(), author.maker())) {
        breaches.add(Breach.SAME_MAKER);
      }
      if (asked.models().stream()
          .anyMatch(model -> author.models().stream().anyMatch(other -> same(model, other)))) {
        breaches.add(Breach.SAME_MODEL);
      }
    }
  }

  /** Letter case, white space and punctuation make no other maker. */
  private static boolean same(String one, String other) {
    return plain(one).equals(plain(other));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
  }
}
