// Pairing: how the coach's computer is told anything, and how a device shows a code.
function post(path, content) {
  return fetch(path, {
    method: "POST", credentials: "same-origin", body: JSON.stringify(content),
    headers: { "Content-Type": "application/json" }
  }).then(function (answer) {
    if (answer.ok) { return; }
    var error = new Error(answer.status);
    error.waitSeconds = Number(answer.headers.get("Retry-After"));
    throw error;
  });
}
// Resolves when this device is paired; what it fails with is in words.
function pairBy(code) {
  return post("pair", { code: code }).catch(function (error) {
    throw new Error(error.waitSeconds ? filled(words.too_soon, { seconds: error.waitSeconds }) : words.wrong_code);
  });
}
// The code in the address, as a QR code has it; it is not kept there.
function codeInAddress() {
  var code = location.hash.slice(1);
  if (!/^\d{6}$/.test(code)) { return ""; }
  history.replaceState(null, "", location.pathname);
  return code;
}
