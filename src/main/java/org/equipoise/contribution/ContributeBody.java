package org.equipoise.contribution;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServerUtils;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.StringType;

/**
 * The body of a call, read so that one item which is no FHIR leaves the others unharmed: as a whole
 * where that can be read, else parameter by parameter.
 *
 * @param parameters what could be read; what could not stands there by its name
 * @param unreadable what is wrong with the others, by their place
 */
record ContributeBody(Parameters parameters, Map<Integer, BaseServerResponseException> unreadable) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  /**
   * Reads the body.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where it is no
   *     Parameters resource, in JSON or XML
   */
  static ContributeBody read(RequestDetails request) {
    FhirContext context = request.getFhirContext();
    String text = new String(request.loadRequestContents(), StandardCharsets.UTF_8);
    EncodingEnum encoding = RestfulServerUtils.determineRequestEncodingNoDefault(request);
    if (encoding != EncodingEnum.JSON && encoding != EncodingEnum.XML) {
      throw Refusal.notSupported(
          null, "Send the Parameters as application/fhir+json or application/fhir+xml");
    }
    try {
      return new ContributeBody(
          OperationProvider.parametersOf(encoding.newParser(context).parseResource(text)),
          Map.of());
    } catch (DataFormatException e) {
      return encoding == EncodingEnum.JSON ? byParameter(text, context, e) : unreadable(e);
    }
  }

  private static ContributeBody byParameter(
      String text, FhirContext context, DataFormatException problem) {
    JsonNode body;
    try {
      body = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return unreadable(problem);
    }
    if (!"Parameters".equals(body.path("resourceType").asText())
        || !body.path("parameter").isArray()) {
      return unreadable(problem);
    }
    Parameters parameters = new Parameters();
    Map<Integer, BaseServerResponseException> unreadable = new HashMap<>();
    int i = 0;
    for (JsonNode one : body.path("parameter")) {
      ObjectNode alone = JSON.createObjectNode().put("resourceType", "Parameters");
      alone.putArray("parameter").add(one);
      try {
        parameters.addParameter(
            context
                .newJsonParser()
                .parseResource(Parameters.class, alone.toString())
                .getParameterFirstRep());
      } catch (DataFormatException e) {
        // Its text stands for it, so that the same requestId with another one is noticed.
        parameters
            .addParameter()
            .setName(one.path("name").asText(null))
            .setValue(new StringType(one.toString()));
        unreadable.put(i, refusal("Parameters.parameter[" + i + "]", e));
      }
      i++;
    }
    if (unreadable.isEmpty()) {
      // What is wrong stands outside the parameters.
      return unreadable(problem);
    }
    return new ContributeBody(parameters, unreadable);
  }

  private static ContributeBody unreadable(DataFormatException e) {
    throw refusal("Parameters", e);
  }

  private static BaseServerResponseException refusal(String at, DataFormatException e) {
    return Refusal.invalid(at, at + ": " + e.getMessage().replaceFirst("^HAPI-\\d+: ", ""));
  }
}
