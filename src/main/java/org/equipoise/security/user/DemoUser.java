package org.equipoise.security.user;

import java.util.List;

/** The people of the {@code demo} profile. Their password is known to everybody. */
public enum DemoUser {
  /** Elena Marsh, whose visit the demo shows. */
  PATIENT("demo-patient", "Elena Marsh", List.of("Patient/demo-patient")),
  /** Dr. Okoye, who saw her. */
  PRACTITIONER("demo-practitioner", "Dr. Tomas Okoye", List.of("Practitioner/demo-practitioner")),
  /** Looks after who opened whose record. */
  PRIVACY_OFFICER(
      "demo-privacy-officer", "Ruth Adeyemi", List.of("Practitioner/demo-privacy-officer")),
  /** A patient himself, who acts for his mother and his son too. */
  REPRESENTATIVE(
      "demo-representative",
      "Martin Marsh",
      List.of(
          "Patient/demo-representative",
          "RelatedPerson/demo-representative-of-mother",
          "RelatedPerson/demo-representative-of-son"));

  /** The password of all of them. */
  public static final String PASSWORD = "demo-password-1";

  private final String username;
  private final String displayName;
  private final List<String> persons;

  DemoUser(String username, String displayName, List<String> persons) {
    this.username = username;
    this.displayName = displayName;
    this.persons = persons;
  }

  /** What is typed to log in. */
  public String username() {
    return username;
  }

  String displayName() {
    return displayName;
  }

  List<String> persons() {
    return persons;
  }
}
