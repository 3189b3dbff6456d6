/** Show a theme as soon as it is chosen in the settings; saving it is the form's business. */
export function startThemePreview() {
  document.addEventListener("change", ({ target }) => {
    if (target.matches?.('input[name="theme"]'))
      document.documentElement.dataset.theme = target.value;
  });
}
