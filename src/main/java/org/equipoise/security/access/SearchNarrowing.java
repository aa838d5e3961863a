package org.equipoise.security.access;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.param.HasParam;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.TokenParamModifier;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.ConsentEnforcement.Sight;
import org.equipoise.fhir.ConsentEnforcement.View;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.SecondOpinions;
import org.equipoise.security.access.Grant.Reach;
import org.equipoise.security.scope.SmartScope.Condition;
import org.equipoise.security.scope.SmartScope.Permission;
import org.hl7.fhir.r4.model.ServiceRequest;

/**
 * Adds to a search what keeps it to the data that the caller may find, in the query itself: then
 * counts, pages and the sort order are those of this data alone. Search forms that look at other
 * resources than those returned ({@code _has}, chains out of the patient's record, {@code _list})
 * are refused, since their answer tells of data that is not shown.
 */
class SearchNarrowing {

  /** Each is a value of a statement, of which databases take some 32,000. */
  private static final int MOST_LEFT_OUT = 20_000;

  /** The database takes so many values in one query, with room for those of the search itself. */
  private static final int MOST_PATIENTS = 30_000;

  /**
   * A count of groups would tell who else is a member of one; a Binary has nothing to search by.
   */
  private static final Set<String> NEVER_FOUND = Set.of("Binary", "Group");

  /**
   * Where the name of the parameter that leads to the patient is not {@code patient} or {@code
   * subject}.
   */
  private static final Map<String, String> PATIENT_PARAMETER =
      Map.of("Patient", "_id", "Provenance", "record-patient");

  private static final String DOCUMENT = "DocumentReference";

  /** Whatever type a search looks at. */
  private static final String ANY = "*";

  /** The types of which something may be withheld from those who are no AI. */
  private static final Set<String> WITHHOLDABLE =
      Set.of(
          "Binary",
          "Composition",
          "DocumentReference",
          "MedicationStatement",
          "Observation",
          "Provenance",
          "Task");

  private final ISearchParamRegistry parameters;
  private final SecondOpinions opinions;

  SearchNarrowing(ISearchParamRegistry parameters, SecondOpinions opinions) {
    this.parameters = parameters;
    this.opinions = opinions;
  }

  /** Keeps a search for {@code type} to what any one of {@code grants}, not none, opens. */
  void narrow(
      SearchParameterMap search, String type, List<Grant> grants, Viewer viewer, Sight sight) {
    Reach reach = widest(grants);
    refuseLookingElsewhere(search, type, viewer, reach);
    boolean isBound = reach != Reach.ALL || sight.isAi();
    if (isBound && NEVER_FOUND.contains(type)) {
      findNothing(search);
      return;
    }
    if (UnusualAccessSight.areAskedFor(search, type, viewer.caller())) {
      refuseChains(search);
      UnusualAccessSight.leaveOutOwn(search, viewer.caller());
    } else if (type.equals("Task")
        && reach == Reach.CARED_FOR
        && NeutralTasks.areAskedFor(search, viewer.caller().user().getIdPart())) {
      refuseChains(search);
      NeutralTasks.keepToOpen(search);
    } else if (type.equals("ServiceRequest")
        && reach == Reach.CARED_FOR
        && asksForOwnOpinions(search, viewer.caller().user().getIdPart())) {
      refuseChains(search);
      Set<String> open = opinions.requestsOf("Practitioner/" + viewer.caller().user().getIdPart());
      if (open.isEmpty()) {
        findNothing(search);
      } else {
        keepToIds(search, open);
      }
    } else if (isBound) {
      keepToPatients(search, type, whose(search, type, viewer, reach, sight));
    }
    keepToQueries(search, type, viewer, withoutImplied(grants), reach);
  }

  /**
   * Whether a search asks for nothing but the second opinions that the clinician is asked for: by
   * {@code performer} and {@code category}, each with its type or system.
   */
  private static boolean asksForOwnOpinions(SearchParameterMap search, String practitioner) {
    return allAre(
            search.get(ServiceRequest.SP_PERFORMER),
            one ->
                one instanceof ReferenceParam performer
                    && performer.getMissing() == null
                    && performer.getChain() == null
                    && performer.getBaseUrl() == null
                    && "Practitioner".equals(performer.getResourceType())
                    && practitioner.equals(performer.getIdPart()))
        && allAre(
            search.get(ServiceRequest.SP_CATEGORY),
            one ->
                one instanceof TokenParam category
                    && category.getMissing() == null
                    && category.getModifier() == null
                    && Canonical.System.TASK.equals(category.getSystem())
                    && Canonical.SECOND_OPINION.equals(category.getValue()));
  }

  private static boolean allAre(
      List<List<IQueryParameterType>> given, Predicate<IQueryParameterType> wanted) {
    return given != null && given.stream().anyMatch(either -> either.stream().allMatch(wanted));
  }

  private static Reach widest(List<Grant> grants) {
    return grants.stream().map(Grant::reach).max(Reach::compareTo).orElseThrow();
  }

  // ---- what is withheld

  /**
   * Leaves out what consent withholds from the caller. Where that is anything at all of another
   * type, a search that looks at that type besides is refused.
   *
   * @param ofCondition whether a conditional write asks: its writer is to find again a document of
   *     its own that waits
   */
  void withhold(
      SearchParameterMap search,
      String type,
      List<Grant> grants,
      Viewer viewer,
      Sight sight,
      boolean ofCondition) {
    Reach reach = widest(grants);
    if (AccessRules.DIRECTORY.contains(type)) {
      refuseLookingAtWithheld(search, type, sight);
      return;
    }
    Optional<Set<String>> patients = named(search, type);
    if (patients.isEmpty() && reach != Reach.ALL) {
      patients = Optional.of(viewer.patients(reach));
    }
    Set<String> withheld = new HashSet<>(sight.withheld(type, patients));
    if (ofCondition && type.equals(DOCUMENT)) {
      sight.foresee(withheld.stream().map(id -> type + "/" + id).toList());
      withheld.removeIf(id -> findsAgain(type, id, sight));
    }
    leaveOut(search, withheld);
    refuseLookingAtWithheld(search, type, sight);
  }

  /** Whether a conditional write may find it although it is withheld: by who wrote it. */
  static boolean findsAgain(String type, String id, Sight sight) {
    return type.equals(DOCUMENT) && sight.view(type + "/" + id, Set.of(), true) != View.WITHHELD;
  }

  /** Refuses a search whose answer would tell of withheld resources other than those it returns. */
  private void refuseLookingAtWithheld(SearchParameterMap search, String type, Sight sight) {
    for (Map.Entry<String, List<List<IQueryParameterType>>> parameter : search.entrySet()) {
      parameter.getValue().stream()
          .flatMap(List::stream)
          .flatMap(one -> lookedAt(type, parameter.getKey(), one).stream())
          .distinct()
          .filter(other -> withholdsAny(other, sight))
          .findFirst()
          .ifPresent(
              other -> {
                throw refused(parameter.getKey());
              });
    }
    for (SortSpec sort = search.getSort(); sort != null; sort = sort.getChain()) {
      String[] chain = sort.getParamName().split("\\.", 2);
      if (chain.length > 1
          && targetsOf(type, chain[0]).stream().anyMatch(other -> withholdsAny(other, sight))) {
        throw refused("_sort");
      }
    }
  }

  /** The other types at which a condition looks; everything where it does not say. */
  private Set<String> lookedAt(String type, String name, IQueryParameterType condition) {
    if (condition instanceof HasParam has) {
      Set<String> seen = new LinkedHashSet<>(Set.of(has.getTargetResourceType()));
      if (has.getParameterName().contains(".") || has.getParameterName().startsWith("_has")) {
        seen.add(ANY);
      }
      return seen;
    }
    if (condition instanceof ReferenceParam reference && reference.getChain() != null) {
      return reference.getChain().contains(".") || reference.getChain().startsWith("_has")
          ? Set.of(ANY)
          : targets(type, name, reference);
    }
    return Set.of();
  }

  private static boolean withholdsAny(String type, Sight sight) {
    return type.equals(ANY)
        ? WITHHOLDABLE.stream().anyMatch(one -> !sight.withheld(one, Optional.empty()).isEmpty())
        : !sight.withheld(type, Optional.empty()).isEmpty();
  }

  private Set<String> targetsOf(String type, String name) {
    RuntimeSearchParam parameter = find(type, name);
    return parameter == null ? Set.of() : parameter.getTargets();
  }

  /** Leaves these ids of its own type out of a search. */
  private static void leaveOut(SearchParameterMap search, Set<String> ids) {
    if (ids.isEmpty()) {
      return;
    }
    AskedIds asked = AskedIds.of(search);
    asked.not().addAll(ids);
    if (asked.only().isPresent()) {
      asked.keepTo(search, asked.only().get());
      return;
    }
    if (asked.not().size() > MOST_LEFT_OUT) {
      throw Refusal.businessRule(
          "patient",
          "Of so many patients something is withheld that this search would take too long; name the"
              + " patient, or the _id");
    }
    search.remove("_id");
    TokenOrListParam left = new TokenOrListParam();
    asked.not().forEach(id -> left.add(new TokenParam(id).setModifier(TokenParamModifier.NOT)));
    search.add("_id", left);
  }

  /** Keeps a search to these ids of its own type. */
  static void keepToIds(SearchParameterMap search, Set<String> ids) {
    AskedIds asked = AskedIds.of(search);
    Set<String> kept = new LinkedHashSet<>(ids);
    asked.only().ifPresent(kept::retainAll);
    asked.keepTo(search, kept);
  }

  /**
   * What a search says of {@code _id}. HAPI joins all conditions on it into one, and a single
   * {@code :not} among them turns them all: so there is one condition alone, made from these.
   *
   * @param only the ids that it asks for; empty where it asks for any
   * @param not the ids that it leaves out
   */
  private record AskedIds(Optional<Set<String>> only, Set<String> not) {

    static AskedIds of(SearchParameterMap search) {
      List<List<IQueryParameterType>> given = search.get("_id");
      Set<String> only = null;
      Set<String> not = new LinkedHashSet<>();
      for (List<IQueryParameterType> either :
          given == null ? List.<List<IQueryParameterType>>of() : given) {
        Set<String> values = new LinkedHashSet<>();
        boolean isNot = false;
        for (IQueryParameterType one : either) {
          String value = one.getValueAsQueryToken();
          values.add(value.substring(value.lastIndexOf('/') + 1).replaceFirst("^\\|", ""));
          isNot |= one instanceof TokenParam token && token.getModifier() == TokenParamModifier.NOT;
        }
        if (isNot) {
          not.addAll(values);
        } else if (only == null) {
          only = values;
        } else {
          only.retainAll(values);
        }
      }
      return new AskedIds(Optional.ofNullable(only), not);
    }

    /** Asks for these alone, less what is left out. */
    void keepTo(SearchParameterMap search, Set<String> ids) {
      Set<String> kept = new LinkedHashSet<>(ids);
      kept.removeAll(not);
      if (kept.isEmpty()) {
        findNothing(search);
        return;
      }
      search.remove("_id");
      TokenOrListParam any = new TokenOrListParam();
      kept.forEach(id -> any.add(new TokenParam(id)));
      search.add("_id", any);
    }
  }

  /** Whether the search names the patients whom it is about. */
  boolean namesPatient(SearchParameterMap search, String type) {
    return !AccessRules.DIRECTORY.contains(type) && named(search, type).isPresent();
  }

  /** The patients whom the search names; empty where it may be about anybody. */
  private Optional<Set<String>> named(SearchParameterMap search, String type) {
    String parameter = PATIENT_PARAMETER.get(type);
    if (parameter == null) {
      parameter =
          Stream.of("patient", "subject")
              .filter(name -> isActive(type, name))
              .findFirst()
              .orElse(null);
    }
    if (parameter == null) {
      return Optional.empty();
    }
    for (String name : leading(type, parameter)) {
      for (List<IQueryParameterType> either :
          search.get(name) == null ? List.<List<IQueryParameterType>>of() : search.get(name)) {
        List<String> patients =
            either.stream().map(one -> namedPatient(name, one)).filter(Objects::nonNull).toList();
        if (patients.size() == either.size() && !patients.isEmpty()) {
          return Optional.of(Set.copyOf(patients));
        }
      }
    }
    return Optional.empty();
  }

  private static List<Grant> withoutImplied(List<Grant> grants) {
    List<Grant> needed = new ArrayList<>();
    for (Grant grant : grants) {
      if (needed.stream().noneMatch(other -> other.implies(grant))) {
        needed.removeIf(grant::implies);
        needed.add(grant);
      }
    }
    return needed;
  }

  // ---- whose

  /**
   * Whose data a search may find.
   *
   * @param reaches whether it may find this patient's, by logical id
   * @param all logical ids of all whose it may find
   * @param singly of some patients whose data in general it may not find, what it may find
   */
  private record Whose(
      Predicate<String> reaches,
      Supplier<Set<String>> all,
      Function<Set<String>, Set<String>> singly) {}

  private static Whose whose(
      SearchParameterMap search, String type, Viewer viewer, Reach reach, Sight sight) {
    if (!sight.isAi()) {
      return new Whose(
          patient -> viewer.reaches(reach, patient),
          () -> viewer.patients(reach),
          patients -> Set.of());
    }
    Set<String> searchedBy = searchedBy(search);
    return new Whose(
        patient ->
            viewer.reaches(reach, patient)
                && !sight.permitting(Set.of(patient), type, searchedBy).isEmpty(),
        () ->
            reach == Reach.ALL
                ? sight.permitting(type, searchedBy)
                : sight.permitting(viewer.patients(reach), type, searchedBy),
        patients ->
            sight.permittedSingly(
                patients.stream().filter(one -> viewer.reaches(reach, one)).toList(), type));
  }

  /** By what a search finds and orders; a chain by its whole name. */
  private static Set<String> searchedBy(SearchParameterMap search) {
    Set<String> names = new LinkedHashSet<>();
    search
        .entrySet()
        .forEach(
            parameter ->
                parameter.getValue().stream()
                    .flatMap(List::stream)
                    .forEach(
                        one ->
                            names.add(
                                one instanceof ReferenceParam reference
                                        && reference.getChain() != null
                                    ? parameter.getKey() + "." + reference.getChain()
                                    : parameter.getKey())));
    for (SortSpec sort = search.getSort(); sort != null; sort = sort.getChain()) {
      if (!sort.getParamName().equals(Constants.PARAM_PID)) {
        names.add(sort.getParamName());
      }
    }
    if (search.getLastUpdated() != null && !search.getLastUpdated().isEmpty()) {
      names.add(Constants.PARAM_LASTUPDATED);
    }
    return names;
  }

  private void keepToPatients(SearchParameterMap search, String type, Whose whose) {
    if (AccessRules.DIRECTORY.contains(type)) {
      return;
    }
    switch (type) {
      case "Device" ->
          keepToPatientsOrShared(search, "patient", search.containsKey("patient"), whose);
      case "DocumentReference" ->
          keepToPatientsOrShared(search, "subject", !asksForModelCards(search), whose);
      default -> keepToPatients(search, type, parameterOf(type), whose);
    }
  }

  /** AI Devices and model cards belong to no patient: a search for them finds those without one. */
  private void keepToPatientsOrShared(
      SearchParameterMap search, String parameter, boolean own, Whose whose) {
    if (own) {
      String type = parameter.equals("patient") ? "Device" : "DocumentReference";
      keepToPatients(search, type, parameter, whose);
    } else {
      ReferenceParam none = new ReferenceParam();
      none.setMissing(true);
      search.add(parameter, none);
    }
  }

  private void keepToPatients(
      SearchParameterMap search, String type, String parameter, Whose whose) {
    if (keepNamed(search, type, parameter, whose)) {
      return;
    }
    Set<String> patients = whose.all().get();
    if (patients.isEmpty()) {
      findNothing(search);
    } else if (patients.size() > MOST_PATIENTS) {
      throw Refusal.forbidden(
          "This search is about more than "
              + MOST_PATIENTS
              + " patients; name one of them by the parameter "
              + parameter);
    } else if (parameter.equals("_id")) {
      TokenOrListParam any = new TokenOrListParam();
      patients.forEach(patient -> any.add(new TokenParam(patient)));
      search.add(parameter, any);
    } else {
      ReferenceOrListParam any = new ReferenceOrListParam();
      patients.forEach(patient -> any.add(new ReferenceParam("Patient/" + patient)));
      search.add(parameter, any);
    }
  }

  /**
   * Where the search itself names patients, those beyond reach are taken out of it, and it needs no
   * other bound. (HAPI also refuses to join one condition twice.)
   *
   * @return whether it names any
   */
  private boolean keepNamed(SearchParameterMap search, String type, String parameter, Whose whose) {
    boolean named = false;
    for (String name : leading(type, parameter)) {
      List<List<IQueryParameterType>> given = search.get(name);
      for (int i = 0; given != null && i < given.size(); i++) {
        List<IQueryParameterType> either = given.get(i);
        if (either.stream().allMatch(one -> namedPatient(name, one) != null)) {
          List<IQueryParameterType> reached =
              either.stream().filter(one -> whose.reaches().test(namedPatient(name, one))).toList();
          if (reached.isEmpty()) {
            Set<String> singly =
                whose
                    .singly()
                    .apply(
                        either.stream()
                            .map(one -> namedPatient(name, one))
                            .collect(Collectors.toSet()));
            if (singly.isEmpty()) {
              findNothing(search);
            } else {
              keepToIds(search, singly);
            }
            return true;
          }
          given.set(i, new ArrayList<>(reached));
          named = true;
        }
      }
    }
    return named;
  }

  /** The parameters that lead to the patient. */
  private Set<String> leading(String type, String parameter) {
    Set<String> leading = new LinkedHashSet<>(List.of(parameter));
    if (parameter.equals("patient") || parameter.equals("subject")) {
      Stream.of("patient", "subject").filter(name -> isActive(type, name)).forEach(leading::add);
    }
    return leading;
  }

  /** Logical id of the patient whom a condition names; null where it names none for certain. */
  private static String namedPatient(String parameter, IQueryParameterType condition) {
    if (condition.getMissing() != null) {
      return null;
    }
    if (condition instanceof ReferenceParam reference) {
      boolean isPatient =
          "Patient".equals(reference.getResourceType())
              || (reference.getResourceType() == null && !parameter.equals("subject"));
      return isPatient && reference.getChain() == null && reference.getBaseUrl() == null
          ? reference.getIdPart()
          : null;
    }
    return condition instanceof TokenParam token
            && token.getModifier() == null
            && token.getSystem() == null
        ? token.getValue()
        : null;
  }

  /** No resource has it, since the server and clients that name ids use others. */
  private static final String NOTHING = "none";

  private static void findNothing(SearchParameterMap search) {
    search.remove("_id");
    search.add("_id", new TokenParam(NOTHING));
  }

  private static boolean asksForModelCards(SearchParameterMap search) {
    List<List<IQueryParameterType>> types = search.get("type");
    return types != null
        && types.stream()
            .anyMatch(
                either ->
                    either.stream()
                        .allMatch(
                            one ->
                                one instanceof TokenParam token
                                    && token.getModifier() == null
                                    && token.getMissing() == null
                                    && Canonical.System.AI_INPUTS.equals(token.getSystem())
                                    && Canonical.AI_MODEL_CARD.equals(token.getValue())));
  }

  private String parameterOf(String type) {
    String named = PATIENT_PARAMETER.get(type);
    if (named != null) {
      return named;
    }
    return Stream.of("patient", "subject")
        .filter(name -> isActive(type, name))
        .findFirst()
        .orElseThrow(
            () ->
                Refusal.forbidden(
                    "A token that does not reach everybody's data cannot search " + type));
  }

  private boolean isActive(String type, String parameter) {
    return find(type, parameter) != null;
  }

  private RuntimeSearchParam find(String type, String parameter) {
    return parameters.getActiveSearchParam(
        type, parameter, ISearchParamRegistry.SearchParamLookupContextEnum.SEARCH);
  }

  // ---- which

  /** The queries of granular scopes; of several, each resource meets at least one. */
  private void keepToQueries(
      SearchParameterMap search, String type, Viewer viewer, List<Grant> grants, Reach reach) {
    boolean isAlike = AccessRules.DIRECTORY.contains(type);
    if (grants.stream()
        .anyMatch(grant -> !grant.scope().isGranular() && (isAlike || grant.reach() == reach))) {
      return;
    }
    if (grants.size() == 1) {
      grants.get(0).scope().query().forEach(one -> anyOf(search, type, List.of(one)));
      return;
    }
    boolean sameReach = isAlike || grants.stream().allMatch(grant -> grant.reach() == reach);
    Set<String> names =
        grants.stream()
            .flatMap(grant -> grant.scope().query().stream())
            .map(Condition::parameter)
            .collect(Collectors.toSet());
    if (sameReach
        && names.size() == 1
        && grants.stream().allMatch(grant -> grant.scope().query().size() == 1)) {
      anyOf(
          search, type, grants.stream().flatMap(grant -> grant.scope().query().stream()).toList());
      return;
    }
    // Different parameters either of which suffices: no FHIR search has that but _filter.
    String filter =
        grants.stream()
            .map(grant -> "(" + expression(type, viewer, grant, reach) + ")")
            .collect(Collectors.joining(" or "));
    search.add(Constants.PARAM_FILTER, new StringParam(filter));
  }

  private String expression(String type, Viewer viewer, Grant grant, Reach widest) {
    List<String> conditions = new ArrayList<>();
    if (grant.reach() != widest && !AccessRules.DIRECTORY.contains(type)) {
      conditions.add(equal(parameterOf(type), patientValue(type, viewer.caller().patientId())));
    }
    grant.scope().query().forEach(one -> conditions.add(equal(one.parameter(), one.value())));
    return String.join(" and ", conditions);
  }

  private static String patientValue(String type, String patientId) {
    return type.equals("Patient") ? patientId : "Patient/" + patientId;
  }

  private static String equal(String parameter, String value) {
    return parameter + " eq \"" + value + "\"";
  }

  private void anyOf(SearchParameterMap search, String type, Collection<Condition> conditions) {
    String name = conditions.iterator().next().parameter();
    List<IQueryParameterType> either = new ArrayList<>();
    conditions.stream().distinct().forEach(one -> either.add(parameter(type, one)));
    List<List<IQueryParameterType>> given = search.get(name);
    if (given != null && given.stream().anyMatch(other -> values(other).equals(values(either)))) {
      // HAPI refuses to join one condition twice.
      return;
    }
    if (either.get(0) instanceof TokenParam) {
      TokenOrListParam any = new TokenOrListParam();
      either.forEach(one -> any.add((TokenParam) one));
      search.add(name, any);
    } else {
      ReferenceOrListParam any = new ReferenceOrListParam();
      either.forEach(one -> any.add((ReferenceParam) one));
      search.add(name, any);
    }
  }

  /** What it compares with; of conditions with a modifier, never that of one without. */
  private static Set<String> values(List<IQueryParameterType> either) {
    return either.stream()
        .map(
            one ->
                (one.getMissing() == null && one.getQueryParameterQualifier() == null ? "" : ":")
                    + one.getValueAsQueryToken())
        .collect(Collectors.toSet());
  }

  private IQueryParameterType parameter(String type, Condition condition) {
    return ScopeQueries.parameter(find(type, condition.parameter()), condition);
  }

  // ---- what is refused

  private void refuseLookingElsewhere(
      SearchParameterMap search, String type, Viewer viewer, Reach reach) {
    for (Map.Entry<String, List<List<IQueryParameterType>>> parameter : search.entrySet()) {
      String name = parameter.getKey();
      if (name.equals(Constants.PARAM_LIST)) {
        throw refused(name);
      }
      for (List<IQueryParameterType> either : parameter.getValue()) {
        for (IQueryParameterType one : either) {
          if (one instanceof HasParam
              || (one instanceof ReferenceParam reference
                  && reference.getChain() != null
                  && !isWithinRecord(type, name, reference, viewer, reach))) {
            throw refused(name);
          }
        }
      }
    }
    for (SortSpec sort = search.getSort(); sort != null; sort = sort.getChain()) {
      if (sort.getParamName().contains(".")) {
        throw refused("_sort");
      }
    }
  }

  /**
   * Whether a chain leads to where the caller may search anyhow: to the patient whom the resource
   * is about, or to the directory.
   */
  private boolean isWithinRecord(
      String type, String name, ReferenceParam reference, Viewer viewer, Reach reach) {
    String chain = reference.getChain();
    if (!chain.matches("[A-Za-z][A-Za-z-]*")) {
      return false;
    }
    Set<String> targets = targets(type, name, reference);
    if (targets.isEmpty()) {
      return false;
    }
    if (targets.equals(Set.of("Patient"))) {
      return Set.of("patient", "subject", "record-patient").contains(name)
          && viewer.grants("Patient", Set.of(Permission.SEARCH)).stream()
              .anyMatch(
                  grant -> !grant.scope().isGranular() && grant.reach().compareTo(reach) >= 0);
    }
    return AccessRules.DIRECTORY.containsAll(targets)
        && targets.stream()
            .allMatch(
                target ->
                    viewer.grants(target, Set.of(Permission.SEARCH)).stream()
                        .anyMatch(grant -> !grant.scope().isGranular()));
  }

  private Set<String> targets(String type, String name, ReferenceParam reference) {
    if (name.equals("patient") || name.equals("record-patient")) {
      // It leads to patients only, whatever else the element may refer to.
      return Set.of("Patient");
    }
    if (reference.getResourceType() != null) {
      return Set.of(reference.getResourceType());
    }
    RuntimeSearchParam parameter = find(type, name);
    return parameter == null ? Set.of() : parameter.getTargets();
  }

  /** Who may open a Task of somebody may not ask who that is. */
  private static void refuseChains(SearchParameterMap search) {
    for (Map.Entry<String, List<List<IQueryParameterType>>> parameter : search.entrySet()) {
      if (parameter.getValue().stream()
          .flatMap(List::stream)
          .anyMatch(one -> one instanceof ReferenceParam to && to.getChain() != null)) {
        throw refused(parameter.getKey());
      }
    }
  }

  private static RuntimeException refused(String parameter) {
    return Refusal.forbidden(
        "Search parameter "
            + parameter
            + " looks at other resources than those it returns; a token that does not reach"
            + " everybody's data cannot use it so");
  }
}
