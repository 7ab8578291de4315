// What the account pages do better with a script. All of it but passkeys works without one.

// A form is sent once, however often its button is pressed. A download leaves the page as it is.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  if (form.querySelector("[data-download]")) return;
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// A passkey that was not given, or a browser that knows none.
document.addEventListener("allauth.error", (event) => {
  const problem = document.getElementById("passkey-problem");
  if (!problem) return;
  event.preventDefault();
  problem.hidden = false;
});
if (!window.PublicKeyCredential) {
  for (const way of document.querySelectorAll("[data-passkey]")) way.hidden = true;
}
