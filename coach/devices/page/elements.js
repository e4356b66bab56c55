// Elements: what all scripts of a page share - its words, and how an element is made and filled.
"use strict";
var words = JSON.parse(document.getElementById("words").textContent);

function byId(id) { return document.getElementById(id); }
function put(id, text) {
  var element = byId(id);
  // What stays the same is not read aloud a second time.
  if (element.textContent !== text) { element.textContent = text; }
}
function hide(id, hidden) { byId(id).hidden = hidden; }
function made(tag, name, text) {
  var element = document.createElement(tag);
  if (name) { element.className = name; }
  if (text !== undefined) { element.textContent = text; }
  return element;
}
function within(parent, children) {
  children.forEach(function (child) { parent.appendChild(child); });
  return parent;
}
function refill(id, children) {
  byId(id).textContent = "";
  return within(byId(id), children);
}
function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, function (_, name) { return String(values[name]); });
}
function known(value) { return value !== null && value !== undefined; }
function percent(part, whole) { return Math.round(100 * part / whole) + " %"; }
