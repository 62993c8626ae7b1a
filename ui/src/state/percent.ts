/** Levy rates as people type them, in basis points and back. */

/** `7.5`, `7,5`, `7.25 %` to basis points; absent when it is no such number. */
export function typedPercent(text: string): number | undefined {
  const typed = /^(\d{1,3})(?:[.,](\d{1,2}))?\s*%?$/.exec(text.trim());
  if (!typed) return undefined;
  return Number(typed[1]) * 100 + Number((typed[2] ?? "").padEnd(2, "0"));
}

/** 750 as `7.5 %`, with the decimal mark of the language. */
export function percent(rate_bp: number, mark: "." | ","): string {
  return `${percentDigits(rate_bp, mark)}\u00a0%`;
}

export function percentDigits(rate_bp: number, mark: "." | ","): string {
  const whole = (rate_bp - (rate_bp % 100)) / 100;
  const rest = String(rate_bp % 100).padStart(2, "0").replace(/0+$/, "");
  return rest ? `${whole}${mark}${rest}` : `${whole}`;
}
