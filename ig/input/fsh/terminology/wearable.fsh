Instance: wearable-device
InstanceOf: NamingSystem
Usage: #definition
Title: "Device that a file of wearable data describes"
* name = "WearableDevice"
* status = #active
* kind = #identifier
* date = "2026-11-22"
* publisher = "Equipoise"
* description = "The device that measured, as a file describes it: SHA-256 of its name, manufacturer, model, hardware and serial number. The same device in another file has the same value."
* uniqueId.type = #uri
* uniqueId.value = "https://equipoise-fhir.github.io/ig/NamingSystem/wearable-device"
* uniqueId.preferred = true
