// The report works without this script; with it samples can be filtered, and the browser's language is chosen.
"use strict";

document.documentElement.classList.add("script");

const languages = document.querySelectorAll("input[name=language]");
function speak() {
  for (const one of languages) if (one.checked) document.documentElement.lang = one.value;
}
for (const one of languages) {
  if (one.value.slice(0, 2) === navigator.language.slice(0, 2).toLowerCase()) one.checked = true;
  one.addEventListener("change", speak);
}
speak();

const filters = document.getElementById("filters");
if (filters) {
  const samples = [...document.querySelectorAll("#list > li")];
  const fields = [...filters.querySelectorAll("select")];
  const fits = (sample) => fields.every((field) => !field.value || sample.dataset[field.name] === field.value);

  function filter() {
    for (const sample of samples) sample.hidden = !fits(sample);
    const shown = samples.filter((sample) => !sample.hidden).length;
    document.getElementById("count").textContent = shown;
    document.getElementById("none").hidden = shown > 0;
  }

  filters.addEventListener("change", filter);
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", () => setTimeout(filter));

  // A number of the confusion matrix leads to its samples, where some are listed.
  for (const cell of document.querySelectorAll(".matrix td[data-true]")) {
    const asked = cell.dataset;
    const same = (sample) => ["task", "true", "predicted"].every((name) => sample.dataset[name] === asked[name]);
    if (!samples.some(same)) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = cell.textContent;
    button.addEventListener("click", () => {
      for (const field of fields) field.value = asked[field.name] || "";
      filter();
      const first = document.querySelector("#list > li:not([hidden]) summary");
      first.scrollIntoView({ block: "center" });
      first.focus();
    });
    cell.replaceChildren(button);
  }
}
