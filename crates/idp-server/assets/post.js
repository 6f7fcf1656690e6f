"use strict";
// Sends the answer on without a click. Whoever comes back to this page from the browser's memory
// finds the button instead: an answer works once, so it is not sent again by itself.
HTMLFormElement.prototype.submit.call(document.forms[0]);
