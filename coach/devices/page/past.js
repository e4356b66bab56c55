// Past: what was trained, one session of it, and how the computer is.
(function () {
  "use strict";
  var FIRST_SHOWN = 20;     // sessions in the list, until one asks for more

  var entries = [], exercises = [], days = [], open = null, all = false;

  // What is asked of the coach's computer

  function ask(path, how) {
    return fetch(path, Object.assign({ credentials: "same-origin" }, how)).then(function (answer) {
      if (answer.status === 403) { pairFirst(); }
      return answer.json().catch(function () { return {}; }).then(function (told) {
        if (!answer.ok) { throw new Error(told.why || (answer.status === 403 ? "" : words.failed)); }
        return told;
      });
    });
  }
  function failed(error) {
    put("trouble", error instanceof TypeError ? words.failed : error.message);
  }
  function pairFirst() {
    ["training", "session", "doctor", "ways", "who"].forEach(function (id) { hide(id, true); });
    hide("pairing", false);
  }
  function pair(code) {
    put("trouble", "");
    pairBy(code).then(begin, function (error) { pairFirst(); put("trouble", error.message); });
  }
  function begin() {
    ask("people").then(function (told) {
      hide("pairing", true);
      hide("ways", false);
      hide("who", told.people.length < 2);
      refill("profile", told.people.map(function (name) {
        var option = made("option", "", name);
        option.value = name;
        return option;
      }));
      var before = localStorage.getItem("profile");
      if (told.people.indexOf(before) >= 0) { byId("profile").value = before; }
      load();
    }).catch(failed);
  }
  function load() {
    var name = byId("profile").value || "";
    ask("sessions?profile=" + encodeURIComponent(name)).then(function (told) {
      entries = told.sessions;
      exercises = [];
      entries.forEach(function (each) {
        if (each.exercise && exercises.indexOf(each.exercise_name) < 0) { exercises.push(each.exercise_name); }
      });
      all = false;
      put("trouble", "");
      turn("training");
      showTraining(told.today);
    }).catch(failed);
  }
  function turn(to) {
    ["training", "session", "doctor"].forEach(function (id) { hide(id, id !== to); });
    mark("to-training", to !== "doctor");
    mark("to-doctor", to === "doctor");
    redraw();
  }
  function mark(id, here) {
    if (here) { byId(id).setAttribute("aria-current", "page"); } else { byId(id).removeAttribute("aria-current"); }
  }

  // The training: sums, charts, and a list of the sessions

  function sessionsOf(list) {
    var found = new Map();
    list.forEach(function (each) { if (!found.has(each.session)) { found.set(each.session, each); } });
    return Array.from(found.values());
  }
  function showTraining(today) {
    put("nothing", entries.length ? "" : words.nothing);
    var dated = entries.filter(function (each) { return each.date >= "1970" && each.date <= today; });
    showSums(dated);
    showCharts(dated);
    showDays();
  }
  function showSums(dated) {
    var reps = 0, perfect = 0, sessions = sessionsOf(dated);
    dated.forEach(function (each) { reps += each.reps; perfect += each.perfect; });
    var sums = [[String(sessions.length), words.sessions]];
    if (reps) { sums.push([percent(perfect, reps), words.share]); }
    if (dated.length) { sums.push([dateText(dated[dated.length - 1].date), words.last]); }
    refill("sums", entries.length ? sums.map(function (sum) {
      return within(made("li"), [made("strong", "", sum[0]), made("span", "quiet", sum[1])]);
    }) : []);
  }
  function dateText(date) {
    return date >= "0" && date <= "9999" ? charts.dayText(charts.dayNumber(date), true) : words.no_date;
  }
  function pointText(each) {
    var text = filled(words.counts, { count: each.floor });
    return known(each.angle_degrees) ? text + ", " + Math.round(each.angle_degrees) + "\u00b0" : text;
  }
  function showCharts(dated) {
    var reps = dated.filter(function (each) { return each.exercise; }), sessions = sessionsOf(dated);
    function point(each, value, text) {
      var rated = ratedText(each);
      return {
        day: charts.dayNumber(each.date), value: value, series: exercises.indexOf(each.exercise_name), alone: true,
        title: dateText(each.date) + ", " + each.exercise_name + ": " + text + (rated ? ", " + rated : ""),
        ringed: each.outcome === "pain" || each.pain_level > 0
      };
    }
    var shares = reps.filter(function (each) { return each.reps > 0; }).map(function (each) {
      return point(each, each.perfect / each.reps, percent(each.perfect, each.reps));
    });
    var points = reps.filter(function (each) { return known(each.angle_degrees); }).map(function (each) {
      return point(each, each.angle_degrees, pointText(each));
    });
    var ratings = [];
    sessions.forEach(function (each) {
      [["effort", words.effort, 3], ["pain_level", words.pain, 4]].forEach(function (kind) {
        if (known(each[kind[0]])) {
          ratings.push({ day: charts.dayNumber(each.date), value: each[kind[0]], series: kind[2], free: kind[0] === "pain_level",
            title: dateText(each.date) + ", " + kind[1] + ": " + each[kind[0]] });
        }
      });
    });
    var planks = sessions.filter(function (each) { return known(each.hold_seconds); }).map(function (each) {
      return { day: charts.dayNumber(each.date), value: each.hold_seconds, series: 5,
        title: dateText(each.date) + ": " + Math.round(each.hold_seconds) + " s" };
    });
    refill("figures", []);
    days = sessions.map(function (each) { return charts.dayNumber(each.date); });
    days = [Math.min.apply(null, days), Math.max.apply(null, days)];
    figure(words.share, words.share_means, shares, [[0, "0 %"], [.5, "50 %"], [1, "100 %"]], exercises);
    figure(words.turning, words.turning_means, points, [[0, "0\u00b0"], [30, "30\u00b0"], [60, "60\u00b0"], [90, "90\u00b0"]], exercises);
    figure(words.ratings, words.ratings_mean, ratings, [[0, "0"], [5, "5"], [10, "10"]], { 3: words.effort, 4: words.pain });
    var longest = Math.max.apply(null, planks.map(function (each) { return each.value; }).concat(30));
    var step = longest > 120 ? 60 : longest > 60 ? 30 : 15, ticks = [];
    for (var at = 0; at < longest + step; at += step) { ticks.push([at, at + " s"]); }
    figure(words.planks, words.planks_mean, planks, ticks, {});
    redraw();
  }
  function figure(name, meaning, points, ticks, series) {
    if (!points.length) { return; }
    var box = made("figure"), caption = made("figcaption"), legend = made("ul", "legend");
    within(caption, [made("h2", "", name), made("p", "", meaning)]);
    var used = points.map(function (each) { return each.series; });
    Object.keys(series).forEach(function (number) {
      if (used.indexOf(Number(number)) < 0) { return; }
      legend.appendChild(within(made("li"), [charts.sign(Number(number)), made("span", "", series[number])]));
    });
    if (points.some(function (each) { return each.ringed; })) {
      legend.appendChild(within(made("li"), [charts.ring(), made("span", "", words.hurt)]));
    }
    var chart = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    chart.setAttribute("class", "chart");
    within(box, [caption, legend, chart]);
    byId("figures").appendChild(box);
    chart.redraw = function () {
      charts.draw(chart, points, days, ticks, name + ": " + points[points.length - 1].title);
    };
  }
  // When all figures have their places: a chart is as wide as they leave it.
  function redraw() {
    if (byId("training").hidden) { return; }
    Array.from(document.querySelectorAll("svg.chart")).forEach(function (chart) { chart.redraw(); });
  }
  function ratedText(each) {
    return [["pain_level", words.pain], ["effort", words.effort]].filter(function (kind) {
      return known(each[kind[0]]);
    }).map(function (kind) { return kind[1] + " " + each[kind[0]]; }).join(", ");
  }
  function showDays() {
    var shown = entries.slice().reverse(), day = null, list = null;
    if (!all) { shown = shown.slice(0, FIRST_SHOWN); }
    put("days-title", entries.length ? words.sessions : "");
    refill("days", []);
    shown.forEach(function (each) {
      if (each.date !== day) {
        day = each.date;
        list = made("ul");
        byId("days").appendChild(within(made("div", "day"), [made("h3", "", dateText(day)), list]));
      }
      list.appendChild(within(made("li"), [row(each)]));
    });
    hide("more", all || entries.length <= FIRST_SHOWN);
  }
  function row(each) {
    var button = made("button"), done = made("span", "done");
    button.type = "button";
    if (each.reps) {
      var share = within(made("span", "share"), [made("i")]);
      share.setAttribute("aria-hidden", "true");
      share.firstChild.style.width = 100 * each.perfect / each.reps + "%";
      within(done, [share, document.createTextNode(each.perfect + "/" + each.reps), made("span", "unseen", words.perfect)]);
    }
    within(button, [
      made("span", "time", each.time), made("span", "name", each.exercise_name), done,
      made("span", "point", known(each.floor) ? pointText(each) : ""),
      made("span", "hold", known(each.hold_seconds) ? words.plank + " " + Math.round(each.hold_seconds) + " s" : ""),
      made("span", "rated", ratedText(each)),
      made("span", each.outcome === "pain" ? "lost" : "quiet", words.outcomes[each.outcome])
    ]);
    button.addEventListener("click", function () { openSession(each, button); });
    return button;
  }

  // One session

  function openSession(each, from) {
    var asked = "session?profile=" + encodeURIComponent(byId("profile").value) + "&session=" + encodeURIComponent(each.session);
    ask(asked).then(function (told) {
      open = from;
      turn("session");
      put("session-title", dateText(each.date) + ", " + each.time);
      var facts = [words.outcomes[each.outcome], ratedText(each)].concat(told.holds.map(function (hold) {
        return hold.name + " " + Math.round(hold.seconds) + " s";
      }), told.mistakes.map(function (mistake) { return words.mistakes[mistake] || mistake; }));
      put("session-facts", facts.filter(Boolean).join(" \u00b7 "));
      refill("sets", told.sets.map(showSet));
      charts.showReps(told.sets);
      showTranscript(told.transcript);
      byId("session-title").focus();
      window.scrollTo(0, 0);
    }).catch(failed);
  }
  function showSet(set) {
    var title = filled(words.set, set) + ", " + set.name;
    if (known(set.floor)) { title += ": " + filled(words.down_to, { count: set.floor }); }
    var marks = set.reps.map(function (rep) {
      var sign = made("span", "", rep.perfect ? "\u25cf" : "\u00d7"), cell = made("span", rep.perfect ? "perfect" : "lost");
      sign.setAttribute("aria-hidden", "true");
      return within(cell, [sign, made("span", "unseen", rep.perfect ? words.is_perfect : words.is_lost), made("small", "", String(rep.count))]);
    });
    return within(made("li"), [made("h3", "", title), within(made("div", "marks"), marks)]);
  }
  function clock(at) {
    var rest = Math.floor(at) % 60;
    return Math.floor(at / 60) + ":" + (rest < 10 ? "0" : "") + rest;
  }
  function showTranscript(lines) {
    put("no-transcript", lines ? "" : words.no_transcript);
    refill("lines", (lines || []).map(function (line) {
      var coach = line.kind === "said" || line.kind === "tone", text = line.text;
      if (line.kind === "tone") { text = "(" + (words.tones[text] || text) + ")"; }
      if (line.kind === "ignored" || line.kind === "doubted") { text += " (" + words[line.kind] + ")"; }
      return within(made("p", line.kind), [
        made("span", "at", clock(line.at)), made("span", "who", coach ? words.coach : words.you),
        made("span", "", text + (line.cut ? "\u00a0\u2014" : ""))
      ]);
    }));
  }

  // The doctor

  function look() {
    byId("look").disabled = true;
    put("verdict", words.looking);
    refill("findings", []);
    ask("doctor").then(function (told) {
      put("verdict", told.verdict);
      refill("findings", told.findings.map(function (each) {
        var text = within(made("div"), [made("span", "", each.text)]);
        if (each.cure) { text.appendChild(made("strong", "", "\u2192 " + each.cure)); }
        return within(made("li"), [
          made("span", "level " + each.level, words.levels[each.level]), made("span", "subject", each.subject), text
        ]);
      }));
    }).catch(function (error) { put("verdict", ""); failed(error); }).then(function () { byId("look").disabled = false; });
  }

  [["title", "title"], ["to-training", "training"], ["to-doctor", "doctor"], ["profile-label", "profile"], ["how", "how_to_pair"],
    ["code-label", "code"], ["send", "pair"], ["more", "more"], ["back", "back"], ["transcript", "transcript"], ["picture-title", "picture"],
    ["doctor-says", "doctor_means"], ["look", "look"]].forEach(function (each) { put(each[0], words[each[1]]); });
  byId("profile").addEventListener("change", function () {
    localStorage.setItem("profile", byId("profile").value);
    load();
  });
  byId("to-training").addEventListener("click", load);
  byId("to-doctor").addEventListener("click", function () { turn("doctor"); });
  byId("look").addEventListener("click", look);
  byId("more").addEventListener("click", function () { all = true; showDays(); });
  byId("back").addEventListener("click", function () {
    turn("training");
    if (open) { open.focus(); }
  });
  byId("pairing").addEventListener("submit", function (event) {
    event.preventDefault();
    pair(byId("code").value.trim());
    byId("code").value = "";
  });
  window.addEventListener("resize", redraw);
  var code = codeInAddress();
  if (code) {
    pair(code);
  } else {
    begin();
  }
})();
