// An answer without news still tells when Viam was asked last: "As of 12:03:10" follows it (ages.js draws it).
document.addEventListener("fresh", ({ detail }) => {
  for (const time of document.querySelectorAll(".as-of time")) time.dateTime = detail.asOf;
});
