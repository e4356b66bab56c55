// Letters: the large letters - the best of all ways to break the words into lines.
var letters = (function () {
  "use strict";
  var NARROWEST = 0.72;     // how far letters are narrowed before they get smaller
  // In heights of the font: a capital, a line, and how far a line's middle is above its capitals'
  var CAPITAL = 0.73, LINE = 0.8, SINKS = 0.012;

  function broken(text) {
    var parts = text.split(" "), ways = [];
    for (var cuts = 0; cuts < 1 << (parts.length - 1); cuts++) {
      var way = [parts[0]];
      for (var i = 1; i < parts.length; i++) {
        if (cuts & (1 << (i - 1))) { way.push(parts[i]); } else { way[way.length - 1] += " " + parts[i]; }
      }
      ways.push(way);
    }
    return ways;
  }
  function enlarge(text) {
    var large = byId("large"), stage = byId("stage"), above = byId("above").offsetHeight;
    var width = stage.clientWidth, height = stage.clientHeight - above;
    var pen = document.createElement("canvas").getContext("2d");
    pen.font = "700 100px " + getComputedStyle(large).fontFamily;
    var best = { size: 0, way: [text], width: 1 };
    broken(text).forEach(function (way) {
      var widest = Math.max.apply(null, way.map(function (line) { return pen.measureText(line).width / 100; }));
      var high = height * (way.length > 1 ? 0.97 : 0.8) / (CAPITAL + LINE * (way.length - 1));
      var size = Math.min(high, width / (widest * NARROWEST));
      if (size > best.size) { best = { size: size, way: way, width: widest }; }
    });
    var narrow = Math.min(1, width / (best.width * best.size));
    refill("large", best.way.map(function (line) { return made("span", "", line); }));
    large.style.fontSize = Math.floor(best.size) + "px";
    large.style.top = Math.round(above + height / 2 + best.size * SINKS) + "px";
    large.style.transform = "translate(-50%, -50%) scaleX(" + narrow.toFixed(3) + ")";
  }
  return { enlarge: enlarge };
})();
