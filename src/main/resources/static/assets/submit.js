// Sends the form of a page that needs no answer.
document.getElementById("approved").submit();
