Extension: InputWithheld
Id: input-withheld
Title: "Reason why an input is withheld"
Description: "Why something that the AI was given, such as its prompt, is not shown here: a plain reason instead of silence."
* insert Ours
* insert On(Provenance.entity)
* value[x] 1..1
* value[x] only string

Extension: PipelineStep
Id: pipeline-step
Title: "Step in a chain of models"
Description: "Where several models worked one after the other: the place of this one, counted from 1."
* insert Ours
* insert On(Provenance.agent)
* value[x] 1..1
* value[x] only integer
* valueInteger ^minValueInteger = 1
