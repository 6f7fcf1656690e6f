"use strict";
// Goes on without an application that does not answer: the page stays while the browser waits for it.
// The button does the same.
const goOn = document.querySelector("form[data-seconds]");
setTimeout(() => HTMLFormElement.prototype.submit.call(goOn), 1000 * Number(goOn.dataset.seconds));
