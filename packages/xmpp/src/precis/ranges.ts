// Looking up a property of a code point in the packed ranges of tables.ts, unpacked on first use.

/** Ranges in order: first and last code points, and the class (a capital letter) of each. */
interface Ranges {
  readonly bounds: Uint32Array;
  readonly classes: string;
}

/** A property of code points: a class for each range, and one for the rest. */
export interface Property {
  /** The class of a code point, a capital letter; empty when no range has it. */
  classOf(code: number): string;
}

/** A property of packed ranges. */
export function property(packed: string): Property {
  let ranges: Ranges | undefined;
  return {
    classOf(code) {
      ranges ??= unpack(packed);
      return find(ranges, code);
    },
  };
}

function unpack(packed: string): Ranges {
  const items = packed.trimEnd().split(' ');
  const bounds = new Uint32Array(items.length * 2);
  let classes = '';
  let next = 0;
  items.forEach((item, i) => {
    const at = item.search(/[A-Z]/);
    bounds[i * 2] = next + Number.parseInt(item.slice(0, at), 36);
    bounds[i * 2 + 1] = (bounds[i * 2] as number) + Number.parseInt(item.slice(at + 1), 36);
    classes += item.charAt(at);
    next = (bounds[i * 2 + 1] as number) + 1;
  });
  return { bounds, classes };
}

function find({ bounds, classes }: Ranges, code: number): string {
  let low = 0;
  let high = classes.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (code < (bounds[middle * 2] as number)) high = middle - 1;
    else if (code > (bounds[middle * 2 + 1] as number)) low = middle + 1;
    else return classes.charAt(middle);
  }
  return '';
}
