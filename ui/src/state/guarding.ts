/** The reminder to name guardians: it can be put off, and comes back when there is twice as much to lose. */

/** Whether it is due at a balance; `putOff` is what was remembered when it was put off. */
export function reminderDue(balance_s: number, putOff: string | null): boolean {
  if (putOff === null || !/^\d{1,15}$/.test(putOff)) return true;
  const then_s = Number(putOff);
  return balance_s >= 2 * then_s;
}

/** What is remembered when it is put off at a balance. */
export function putOffAt(balance_s: number): string {
  return String(Math.max(0, balance_s));
}
