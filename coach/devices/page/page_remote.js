// Remote: the buttons, for a device that is paired, and how it is paired.
var remote = (function () {
  "use strict";
  var BUTTONS = ["louder", "quieter", "start", "pause", "resume", "stop"];
  var paired = null, pairing = false, again = null;

  // "seen" is what is known of the session, null for nothing; "away" is whether it is not live.
  function show(seen, away) {
    var ended = seen && (seen.state === "finished" || seen.state === "stopped");
    var still = ended || (seen && seen.state === "paused");
    var here = paired && seen && !away, begun = here && seen.state !== "waiting";
    hide("louder", !here || ended);
    hide("quieter", !here || ended);
    hide("start", !here || begun);
    hide("pause", !begun || still);
    hide("resume", !begun || !still);
    hide("stop", !begun || ended);
    hide("pair", paired !== false || pairing);
    hide("pairing", paired !== false || !pairing);
    hide("how", paired !== false || !pairing);
  }
  function ask() {
    fetch("paired", { credentials: "same-origin" }).then(function (answer) { return answer.json(); })
      .then(function (told) { paired = told.paired; again(); }, function () { return null; });
  }
  function pair(code) {
    put("answer", "");
    pairBy(code).then(function () {
      paired = true;
      pairing = false;
      again();
    }, function (error) { put("answer", error.message); });
  }
  // "showAgain" is called when something has changed.
  function begin(showAgain) {
    again = showAgain;
    BUTTONS.forEach(function (name) {
      put(name, words[name]);
      byId(name).addEventListener("click", function () {
        put("answer", "");
        post("press", { button: name }).catch(function () { put("answer", words.not_pressed); ask(); });
      });
    });
    put("pair", words.pair);
    put("send", words.pair);
    put("code-label", words.code);
    put("how", words.how_to_pair);
    byId("pair").addEventListener("click", function () {
      pairing = true;
      again();
      byId("code").focus();
    });
    byId("pairing").addEventListener("submit", function (event) {
      event.preventDefault();
      pair(byId("code").value.trim());
      byId("code").value = "";
    });
    var code = codeInAddress();
    if (code) { pair(code); }
  }
  return { show: show, ask: ask, begin: begin };
})();
