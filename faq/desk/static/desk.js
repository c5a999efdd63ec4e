// The little that a page cannot do by itself: take chips away, count letters, ask "sure?".
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-remove]");
  if (!button) return;
  const chip = button.closest("li");
  const next = chip.nextElementSibling?.querySelector("[data-remove]");
  chip.remove();
  (next || document.getElementById("wording"))?.focus();
  document.getElementById("answer")?.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("submit", (event) => {
  const sure = event.target.dataset?.sure;
  if (sure && !confirm(sure)) event.preventDefault();
});

document.addEventListener("input", (event) => {
  const most = Number(event.target.dataset?.count);
  if (!most) return;
  const said = event.target.parentElement.querySelector("[data-counted]");
  const length = [...event.target.value].length;
  said.textContent = `${length} of ${most} characters that show on a phone.`;
  said.classList.toggle("over", length > most);
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.id === "tried" && event.detail.successful) {
    document.getElementById("wording").value = "";
    document.getElementById("wordings").scrollTop = 0;
    for (const old of document.querySelectorAll("#wordings .complaint")) {
      if (!event.detail.xhr.responseText.includes("complaint")) old.remove();
    }
  }
});

// What is not saved is not left without a word: texts, ticks, and wordings added or taken away.
let unsaved = false;
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    if (event.target.form?.id === "answer" || event.target.id === "answer") unsaved = true;
  });
}
document.addEventListener("htmx:afterRequest", (event) => {
  const added = event.target.id === "tried" && event.detail.successful;
  if (added && !event.detail.xhr.responseText.includes("complaint")) unsaved = true;
});
document.addEventListener("submit", (event) => {
  if (event.target.id === "answer") unsaved = false;
});
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
