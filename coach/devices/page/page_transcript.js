// Transcript: what was said and heard, a line each.
var transcript = (function () {
  "use strict";
  var MOST_LINES = 1000;
  var lines = new Map();

  function textOf(line) {
    if (line.kind === "tone") { return "(" + words.tones[line.text] + ")"; }
    var note = line.kind === "ignored" ? words.ignored : line.kind === "doubted" ? words.doubted : "";
    return line.text + (line.cut ? " \u2014" : "") + (note ? " (" + note + ")" : "");
  }
  function write(line) {
    var box = byId("lines"), old = lines.get(line.n), element = made("p", line.kind);
    var atEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - 8;
    var you = line.kind !== "said" && line.kind !== "tone";
    element.appendChild(made("span", "who", you ? words.you : words.coach));
    element.appendChild(document.createTextNode(textOf(line)));
    if (old) { box.replaceChild(element, old); } else { box.appendChild(element); }
    lines.set(line.n, element);
    if (lines.size > MOST_LINES) {
      var first = lines.keys().next().value;
      box.removeChild(lines.get(first));
      lines.delete(first);
    }
    if (atEnd) { box.scrollTop = box.scrollHeight; }
  }
  function clear() {
    lines.clear();
    byId("lines").textContent = "";
  }
  return { write: write, clear: clear };
})();
