/** Puts a text on the clipboard, one too that is still being made. */

/** False where the browser does not let the page. To be called where a press is handled: Safari allows it there alone. */
export async function copyWhenMade(text: Promise<string>): Promise<boolean> {
  try {
    if ("ClipboardItem" in globalThis) {
      const blob = text.then((made) => new Blob([made], { type: "text/plain" }));
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    } else await navigator.clipboard.writeText(await text);
    return true;
  } catch {
    return copySelected(await text);
  }
}

/** The old way, which a page without a secure connection has. */
function copySelected(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed";
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  return isCopied;
}
