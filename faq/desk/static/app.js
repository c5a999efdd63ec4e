// Opens the desk inside Telegram: hands over what Telegram says of who has opened it.
const fragment = new URLSearchParams(location.hash.slice(1));
fetch("/enter", { method: "POST", body: fragment.get("tgWebAppData") || "", credentials: "same-origin" })
  .then((answer) => {
    if (answer.ok) location.replace("/answers");
    else document.getElementById("said").textContent = "This desk is not open to you.";
  })
  .catch(() => {
    document.getElementById("said").textContent = "The desk cannot be reached. Try again.";
  });
