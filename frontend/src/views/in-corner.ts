/** The corner of the picture that something stands in, by how large it is. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Box } from "../core/types";
import { type Corner, freest } from "../graph/corner";
import { resting, stage } from "../state/camera";

/** As in the style sheets. */
const INSETS = { side: 12, top: 12, bottom: 12 };

/** It stays where it is unless it covers more there than in another of its corners. */
export function useCorner(
  box: RefObject<HTMLElement | null>,
  corners: readonly [Corner, ...Corner[]],
  covered: readonly Box[],
  others: readonly Box[] = [],
): Corner {
  const corner = useRef(corners[0]);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const { offsetWidth: width = 0, offsetHeight: height = 0 } = box.current ?? {};
    if (width !== size.width || height !== size.height) setSize({ width, height });
  });
  corner.current = freest(
    [corner.current, ...corners],
    size,
    stage.value,
    INSETS,
    covered,
    resting.value,
    others,
  );
  return corner.current;
}
