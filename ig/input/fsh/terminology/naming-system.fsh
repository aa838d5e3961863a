Instance: request-id
InstanceOf: NamingSystem
Usage: #definition
* name = "RequestId"
* status = #active
* kind = #identifier
* date = "2026-11-22"
* publisher = "Equipoise"
* description = "The id that a client gives to one call of an operation, so that the call can be sent again after a lost answer without being done twice. At most 200 characters, unique for each client and operation."
* uniqueId.type = #uri
* uniqueId.value = "https://equipoise-fhir.github.io/ig/NamingSystem/request-id"
* uniqueId.preferred = true

Instance: client
InstanceOf: NamingSystem
Usage: #definition
Title: "OAuth client"
* name = "Client"
* status = #active
* kind = #identifier
* date = "2026-11-22"
* description = "The OAuth client_id of a service that called this server, as it stands in Provenance.agent.who of what the service caused."
* uniqueId.type = #uri
* uniqueId.value = "https://equipoise-fhir.github.io/ig/NamingSystem/client"

Instance: unusual-access-agent
InstanceOf: NamingSystem
Usage: #definition
Title: "Who came, in a Task about an unusual access"
* name = "UnusualAccessAgent"
* status = #active
* kind = #identifier
* date = "2026-11-22"
* description = "Who came, in Task.groupIdentifier of a Task about an unusual access: a person or an AI as a reference relative to this server (Practitioner/7, Device/3), else the OAuth client (client:lab)."
* uniqueId.type = #uri
* uniqueId.value = "https://equipoise-fhir.github.io/ig/NamingSystem/unusual-access-agent"
