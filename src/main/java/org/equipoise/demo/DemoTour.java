package org.equipoise.demo;

/**
 * What a newcomer is told at the start of the demo: lines to paste into a shell that has {@code
 * curl} and {@code sed}.
 *
 * @param baseUrl where clients reach the server, without {@code /fhir}
 */
record DemoTour(String baseUrl) {

  /** Each line stands alone; those after the token's need the token in the same shell. */
  String text() {
    return """

        Elena Marsh saw Dr. Okoye about a cough. An AI listened and wrote the note. To see what she can see,
        get a token that is good for 5 minutes:

          TOKEN=$(curl -s -u demo-patient:demo -d grant_type=client_credentials --data-urlencode 'scope=patient/*.cruds' \
        {base}/oauth2/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

        The note that the AI wrote (its text is base64, in content.attachment.data):
          curl -s -H "Authorization: Bearer $TOKEN" '{base}/fhir/DocumentReference/demo-note?_pretty=true'

        How the AI came to write it, explained in plain English and Spanish:
          curl -s -H "Authorization: Bearer $TOKEN" '{base}/fhir/DocumentReference?relatesto=DocumentReference/demo-note&_pretty=true'

        What she said yes and no to:
          curl -s -H "Authorization: Bearer $TOKEN" '{base}/fhir/Consent?data=DocumentReference/demo-note&_pretty=true'

        Who wrote the note, when, and from what:
          curl -s -H "Authorization: Bearer $TOKEN" '{base}/fhir/Provenance?target=DocumentReference/demo-note&_pretty=true'

        What the maker of the AI says about it:
          curl -s -H "Authorization: Bearer $TOKEN" '{base}/fhir/DocumentReference/demo-model-card?_pretty=true'

        What this server can do (no token needed):
          curl -s '{base}/fhir/metadata?_pretty=true'

        What she sees in a browser (user demo-patient, password demo-password-1): her apps, what she sent, who looked:
          {base}/apps

        More to try: docs/first-session.md
        """
        .replace("{base}", baseUrl);
  }
}
