// Remote: the buttons, for a device that is paired, and how it is paired.
var remote = (function () {
  "use strict";
  var STYLES = ["talk_less", "talk_more", "speak_slower", "speak_faster"];
  var BUTTONS = ["louder", "quieter", "start", "pause", "resume", "stop"].concat(STYLES);
  var paired = null, pairing = false, styling = false, again = null;
  var question = 0;         // what was asked before a device was paired is not true any more

  // "seen" is what is known of the session, null for nothing; "away" is whether it is not live.
  function show(seen, away) {
    var ended = seen && (seen.state === "finished" || seen.state === "stopped");
    var still = ended || (seen && seen.state === "paused");
    var here = paired && seen && !away, begun = here && seen.state !== "waiting";
    hide("louder", !here || ended);
    hide("quieter", !here || ended);
    hide("style", !here || ended);
    hide("styles", !here || ended || !styling);
    hide("start", !here || begun);
    hide("pause", !begun || still);
    hide("resume", !begun || !still || seen.state === "finished");
    hide("stop", !begun || ended);
    hide("pair", paired !== false || pairing);
    hide("pairing", paired !== false || !pairing);
    hide("how", paired !== false || !pairing);
  }
  function ask() {
    var own = ++question;
    fetch("paired", { credentials: "same-origin" }).then(function (answer) { return answer.json(); })
      .then(function (told) {
        if (own === question) { paired = told.paired; again(); }
      }, function () { return null; });
  }
  // How the coach speaks; a voice is that of the next start, as its words are rendered before
  function showVoices(told) {
    hide("choice", told.voices.length < 2);
    refill("voice", told.voices.map(function (name) {
      var option = made("option", "", words.voices[name]);
      option.value = name;
      return option;
    }));
    byId("voice").value = told.now;
  }
  function askVoices() {
    fetch("voice", { credentials: "same-origin" }).then(function (answer) { return answer.json(); })
      .then(showVoices, function () { hide("choice", true); });
  }
  function beginStyles() {
    put("style", words.style);
    put("voice-label", words.voice);
    byId("style").addEventListener("click", function () {
      styling = !styling;
      byId("style").setAttribute("aria-expanded", String(styling));
      put("answer", "");
      if (styling) { askVoices(); }
      again();
    });
    byId("voice").addEventListener("change", function () {
      post("voice", { voice: byId("voice").value }).then(function () { put("answer", words.next_start); },
        function () { put("answer", words.not_pressed); ask(); });
    });
  }
  function pair(code) {
    put("answer", "");
    pairBy(code).then(function () {
      question++;
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
    beginStyles();
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
