// Charts as inline SVG. A chart is drawn in the pixels that it has, so that its letters keep their
// size; what it shows is in the list below it too, so that to a screen reader it is one picture.
var charts = (function () {
  "use strict";
  var SVG = "http://www.w3.org/2000/svg", DAY_MS = 86400000;
  var COLOURS = ["#7fd4ff", "#7df0a8", "#ffd479", "#d0b8ff", "#ffb3a8", "#8fe3d6"];
  var SHAPES = ["circle", "square", "diamond", "triangle"];
  var LEFT = 46, RIGHT = 16, TOP = 12, BOTTOM = 24, DATE_PIXELS = 90;

  function drawn(tag, attributes, text) {
    var element = document.createElementNS(SVG, tag);
    Object.keys(attributes).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    if (text !== undefined) { element.textContent = text; }
    return element;
  }
  function mark(number, x, y, size) {
    var fill = COLOURS[number % COLOURS.length];
    switch (SHAPES[number % SHAPES.length]) {
      case "circle": return drawn("circle", { cx: x, cy: y, r: size, fill: fill });
      case "square": return drawn("rect", { x: x - size * .9, y: y - size * .9, width: size * 1.8, height: size * 1.8, fill: fill });
      case "diamond": return polygon([[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]]);
      default: return polygon([[0, -1.2], [1.2, 1], [-1.2, 1]]);
    }
    function polygon(corners) {
      var points = corners.map(function (each) { return (x + each[0] * size) + "," + (y + each[1] * size); });
      return drawn("polygon", { points: points.join(" "), fill: fill });
    }
  }
  function sign(number) {
    var box = drawn("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
    box.appendChild(mark(number, 8, 8, 5));
    return box;
  }
  function ring() {
    var box = drawn("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
    box.appendChild(drawn("circle", { cx: 8, cy: 8, r: 6.5, "class": "ring" }));
    return box;
  }
  function dayNumber(date) { return Date.parse(date) / DAY_MS; }
  function dayText(day, withYear) {
    var how = { day: "numeric", month: "short", timeZone: "UTC" };
    if (withYear) { how.year = "numeric"; }
    return new Date(day * DAY_MS).toLocaleDateString(document.documentElement.lang, how);
  }

  // "points" are {day, value, series, title, ringed, alone, free}, in order of time. Those of a series are
  // joined; one that is "alone" only to the one before it in time, if that is of its series too, and
  // one that is "free" to none.
  // "days" are the first and the last one, and "ticks" the values at which there is a line, with
  // their words.
  function draw(box, points, days, ticks, label) {
    var width = Math.max(220, box.clientWidth), height = box.clientHeight || 190;
    box.textContent = "";
    box.setAttribute("viewBox", "0 0 " + width + " " + height);
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", label);
    var first = days[0], last = days[1], lowest = ticks[0][0], highest = ticks[ticks.length - 1][0];
    function x(day) {
      var room = width - LEFT - RIGHT;
      return last > first ? LEFT + room * (day - first) / (last - first) : LEFT + room / 2;
    }
    function y(value) {
      return TOP + (height - TOP - BOTTOM) * (highest - value) / (highest - lowest);
    }
    ticks.forEach(function (tick) {
      box.appendChild(drawn("line", { x1: LEFT, x2: width - RIGHT, y1: y(tick[0]), y2: y(tick[0]), "class": "grid" }));
      box.appendChild(drawn("text", { x: LEFT - 8, y: y(tick[0]) + 4, "text-anchor": "end" }, tick[1]));
    });
    dateTicks(first, last, width).forEach(function (day) {
      var anchor = last === first ? "middle" : day === first ? "start" : day === last ? "end" : "middle";
      box.appendChild(drawn("text", { x: x(day), y: height - 4, "text-anchor": anchor }, dayText(day)));
    });
    var group = drawn("g", { "aria-hidden": "true" });
    joined(points).forEach(function (run) {
      var path = run.map(function (each) { return x(each.day).toFixed(1) + "," + y(each.value).toFixed(1); });
      var colour = COLOURS[run[0].series % COLOURS.length];
      group.appendChild(drawn("polyline", { points: path.join(" "), stroke: colour, "class": "line" }));
    });
    var size = points.length > 60 ? 2.5 : 4.5;
    points.forEach(function (each) {
      var put = mark(each.series, x(each.day), y(each.value), size);
      put.appendChild(drawn("title", {}, each.title));
      group.appendChild(put);
      if (each.ringed) {
        group.appendChild(drawn("circle", { cx: x(each.day), cy: y(each.value), r: size + 4, "class": "ring" }));
      }
    });
    box.appendChild(group);
  }
  function dateTicks(first, last, width) {
    var count = Math.min(last - first, Math.max(1, Math.floor((width - LEFT - RIGHT) / DATE_PIXELS))), days = [];
    if (count < 1) { return [first]; }
    for (var i = 0; i <= count; i++) { days.push(Math.round(first + (last - first) * i / count)); }
    return days;
  }
  function joined(points) {
    var runs = [], open = {};
    points.forEach(function (each, place) {
      if (each.free) { return; }
      var key = each.series;
      if (each.alone && (!points[place - 1] || points[place - 1].series !== each.series)) { open[key] = null; }
      if (!open[key]) { open[key] = []; runs.push(open[key]); }
      open[key].push(each);
    });
    return runs.filter(function (run) { return run.length > 1; });
  }
  // A session: a bar for each rep, hanging down as far as the legs went; sets stand apart.
  // "reps" are {set, count, perfect}.
  function drawReps(box, reps, label) {
    var width = Math.max(220, box.clientWidth), height = box.clientHeight || 190;
    var deepest = Math.max.apply(null, reps.map(function (rep) { return rep.count; }).concat(1));
    var gaps = reps[reps.length - 1].set - reps[0].set, room = width - LEFT - RIGHT;
    var step = Math.min(40, room / (reps.length + gaps)), depth = (height - TOP - BOTTOM) / Math.ceil(deepest);
    box.textContent = "";
    box.setAttribute("viewBox", "0 0 " + width + " " + height);
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", label);
    for (var count = 0; count <= Math.ceil(deepest); count++) {
      var y = TOP + count * depth;
      box.appendChild(drawn("line", { x1: LEFT, x2: width - RIGHT, y1: y, y2: y, "class": "grid" }));
      box.appendChild(drawn("text", { x: LEFT - 8, y: y + 4, "text-anchor": "end" }, String(count)));
    }
    var group = drawn("g", { "aria-hidden": "true" });
    reps.forEach(function (rep, place) {
      var x = LEFT + (place + rep.set - reps[0].set) * step, high = Math.max(2, rep.count * depth);
      group.appendChild(drawn("rect", {
        x: x + step * .15, y: TOP, width: step * .7, height: high, rx: 2, fill: rep.perfect ? COLOURS[1] : COLOURS[4]
      }));
      if (!rep.perfect) {
        group.appendChild(drawn("text", { x: x + step / 2, y: TOP + high + 15, "text-anchor": "middle", "class": "lost" }, "\u00d7"));
      }
    });
    box.appendChild(group);
  }
  function showReps(sets) {
    var reps = [], box = byId("picture"), chart = drawn("svg", { "class": "picture" });
    sets.forEach(function (set) {
      set.reps.forEach(function (rep) { reps.push({ set: set.number, count: rep.count, perfect: rep.perfect }); });
    });
    hide("picture", !reps.length);
    if (box.querySelector("svg")) { box.removeChild(box.querySelector("svg")); }
    if (!reps.length) { return; }
    box.appendChild(chart);
    drawReps(chart, reps, words.picture);
  }
  return { draw: draw, showReps: showReps, sign: sign, ring: ring, dayNumber: dayNumber, dayText: dayText };
})();
