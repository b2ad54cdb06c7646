(() => {
  const note = document.getElementById("stale");
  const hours = (Date.now() - Date.parse(note.dataset.published)) / 36e5;
  if (!(hours > Number(note.dataset.hours))) return;
  const days = Math.floor(hours / 24);
  const age = days < 2 ? `${Math.floor(hours)} hours` : `${days} days`;
  note.textContent = `This page is ${age} old: there should be a newer one by now. Where there is none, see whether the nights still run.`;
  note.hidden = false;
})();
