// Page: the session as it is now, from one stream of the coach's computer.
(function () {
  "use strict";
  var QUIET_MS = 5000;      // without any message: the connection is dead, as after a phone's sleep
  var STANDS_MS = 4000;     // without a new second of the session: the coach stands still
  var RETRY_MS = 1500;
  var LOWEST_DB = -60;
  var body = document.body;
  var seen = null, stream = null, retry = 0;
  var toldAt = 0, movedAt = 0, over = false, shown = "";

  function isAway() {
    var now = Date.now();
    return over || !seen || !seen.live || now - toldAt > QUIET_MS || now - movedAt > STANDS_MS;
  }
  function showStage() {
    var away = isAway();
    var counts = !away && seen.number !== null;
    var large = away ? words.not_live : counts ? String(seen.number) : seen.sign;
    var above = away ? (over ? words.over : seen ? "" : words.connecting) : counts ? seen.sign : "";
    body.className = away ? "away" : counts ? "counts" : "";
    put("status", away ? words.not_live : "");
    put("above", above);
    remote.show(seen, away);
    var key = [large, above, innerWidth, innerHeight, byId("stage").clientHeight].join("|");
    if (key !== shown) { shown = key; letters.enlarge(large.toUpperCase()); }
  }

  function clock(at) {
    var rest = at % 60;
    return Math.floor(at / 60) + ":" + (rest < 10 ? "0" : "") + rest;
  }
  function show(changed) {
    function has(name) { return changed === null || name in changed; }
    put("place", words.states[seen.state] + (seen.exercise ? ", " + seen.exercise : ""));
    var left = seen.minutes === null ? "" : filled(words.minutes_left, seen) + "\u2003";
    put("clock", left + clock(seen.at));
    var rep = Math.min(seen.marks.length + 1, seen.reps);
    put("plan", seen.plan ? filled(words.plans[seen.plan.reason] || "{exercise}", seen.plan) : "");
    put("set", seen.in_a_set ? filled(words.set, seen) : "");
    put("rep", seen.in_a_set ? filled(words.rep, { rep: rep, reps: seen.reps }) : "");
    put("perfect", seen.set > 0 ? filled(words.perfect, seen) : "");
    put("floor", seen.set > 0 && seen.floor !== null ? filled(words.turning_point, seen) : "");
    if (has("marks") || has("in_a_set")) { showMarks(); }
    if (has("way")) { showWay(); }
    if (has("offers")) {
      refill("can-be-said", seen.offers.map(function (offer) { return made("li", "", offer); }));
    }
    if (has("notices")) {
      refill("notices", seen.notices.map(function (each) {
        return made("p", each.trouble ? "" : "calm", each.text);
      }));
    }
    var part = Math.max(0, Math.min(1, 1 - seen.level / LOWEST_DB));
    byId("level").style.transform = "scaleX(" + part.toFixed(3) + ")";
    showStage();
  }
  function showMarks() {
    refill("marks", (seen.in_a_set ? seen.marks : []).map(function (perfect) {
      var mark = made("li", perfect ? "perfect" : "lost"), sign = made("span", "", perfect ? "\u25cf" : "\u00d7");
      sign.setAttribute("aria-hidden", "true");
      mark.appendChild(sign);
      mark.appendChild(made("span", "unseen", perfect ? words.is_perfect : words.is_lost));
      return mark;
    }));
  }
  function showWay() {
    var said = { done: words.is_done, now: words.is_now, to_come: words.is_to_come };
    refill("way", seen.way.map(function (step) {
      var item = made("li", step[1], words.states[step[0]]);
      item.appendChild(made("span", "unseen", " " + said[step[1]]));
      return item;
    }));
  }

  // The stream

  function take(event, whole) {
    var told = JSON.parse(event.data), now = Date.now();
    toldAt = now;
    if (whole) { seen = {}; transcript.clear(); }
    (told.lines || []).forEach(transcript.write);
    delete told.lines;
    if (whole || "at" in told) { movedAt = now; }
    over = false;
    Object.assign(seen, told);
    show(whole ? null : told);
  }
  function open() {
    shut();
    if (document.hidden) { return; }
    toldAt = Date.now();
    stream = new EventSource("live");
    remote.ask();
    stream.addEventListener("snapshot", function (event) { take(event, true); });
    stream.addEventListener("change", function (event) { take(event, false); });
    stream.addEventListener("beat", function () { toldAt = Date.now(); });
    stream.addEventListener("over", function () { over = true; again(); });
    stream.onerror = again;
  }
  function shut() {
    clearTimeout(retry);
    if (stream) { stream.close(); stream = null; }
  }
  function again() {
    shut();
    toldAt = 0;
    retry = setTimeout(open, RETRY_MS);
    showStage();
  }
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) { shut(); toldAt = 0; } else { open(); }
  });
  window.addEventListener("pageshow", open);
  window.addEventListener("resize", showStage);
  setInterval(function () {
    if (stream && Date.now() - toldAt > QUIET_MS) { again(); } else { showStage(); }
  }, 500);

  put("place", words.title);
  put("can", words.can_be_said);
  put("mic", words.microphone);
  put("transcript", words.transcript);
  remote.begin(showStage);
  showStage();
})();
