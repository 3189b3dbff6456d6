// Says in words why a passkey couldn't be made or used; allauth's scripts only write it to the console.
const REASONS = {
  InvalidStateError: "known",
  NotSupportedError: "unsupported",
  SecurityError: "unsupported",
  TypeError: "unsupported",
};

document.addEventListener("allauth.error", (event) => {
  const place = document.getElementById("passkey-error");
  if (!place) return;
  event.preventDefault();
  const reason = REASONS[event.detail.exception?.name] ?? "cancelled";
  place.textContent = place.dataset[reason];
  place.hidden = false;
});
