// Keeps the sum of the weights of criteria in sight while they are written.
for (const form of document.querySelectorAll("[data-weights]")) {
  const output = form.querySelector("[data-weights-sum]");
  const add = () => {
    const rows = [...form.querySelectorAll("[data-criterion]")];
    const kept = rows.filter((row) => !row.querySelector("[data-gone]")?.checked);
    const sum = kept.reduce((total, row) => total + (Number.parseFloat(row.querySelector("[data-weight]")?.value.replace(",", ".")) || 0), 0);
    const rounded = Math.round(sum * 100) / 100;
    output.textContent = output.dataset.words.replace("SUM", String(rounded));
    output.classList.toggle("weights-right", rounded === 100);
  };
  form.addEventListener("input", add);
  add();
}
