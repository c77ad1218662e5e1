/** A view that not every visit needs: its code is fetched when it is first shown. */
import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

/* @__NO_SIDE_EFFECTS__ */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
): (props: P) => JSX.Element | null {
  let loaded: ComponentType<P> | null = null;
  return function Later(props: P): JSX.Element | null {
    // A component given as it is would be taken for what makes the first state.
    const [, draw] = useState(() => loaded);
    useEffect(() => {
      if (loaded) return;
      void load().then((view) => {
        loaded = view;
        draw(() => view);
      });
    }, []);
    const View = loaded;
    return View ? <View {...props} /> : null;
  };
}
