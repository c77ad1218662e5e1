/** A button that opens a panel with things to choose from; arrows move among them, Escape and a click elsewhere close it. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "../icons";

export function Menu(props: {
  label: string;
  icon: IconName;
  children: (close: () => void) => ComponentChildren;
}): JSX.Element {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    box.current?.querySelector<HTMLElement>("input, .menu-item")?.focus();
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp")
      moveFocus(event.key === "ArrowDown" ? 1 : -1);
    else {
      keepToOneself(event);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  /** Letters are not the page's commands while this is open: where there is something to find, they look for it. */
  const keepToOneself = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    if (event.key.length === 1 && event.key !== " ")
      box.current?.querySelector<HTMLElement>("input[type=search]")?.focus();
  };
  const moveFocus = (by: number) => {
    const items = [...(box.current?.querySelectorAll<HTMLElement>("input, .menu-item") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    items[(at + by + items.length) % items.length]?.focus();
  };

  return (
    <div class="menu" ref={box}>
      <button
        ref={button}
        type="button"
        class="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name={props.icon} size={18} /> <span class="button-text">{props.label}</span>
        <Icon name="chevron" size={14} />
      </button>
      {open ? (
        <div class="menu-list" role="dialog" aria-label={props.label} onKeyDown={onKeyDown}>
          {props.children(close)}
        </div>
      ) : null}
    </div>
  );
}
