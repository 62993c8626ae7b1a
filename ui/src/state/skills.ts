/** Who can do what: members found by name or skill, and the skills that there are. */
import type { Member } from "../generated/api";
import { plain } from "./names";

export interface Skill {
  name: string;
  people: number;
}

/** Those in whose name or skills every typed part occurs, in any order. */
export function whoCan(people: Member[], typed: string): Member[] {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return people;
  return people.filter(({ name, skills }) => {
    const text = plain([name, ...skills].join("\n"));
    return wanted.every((part) => text.includes(part));
  });
}

/** Each skill once, however it is written, with how many have it; the most common first. */
export function skillsOf(people: Member[]): Skill[] {
  const known = new Map<string, Skill>();
  for (const { skills } of people) {
    // One person counts once, whatever they wrote.
    for (const [key, name] of new Map(skills.map((skill) => [plain(skill), skill]))) {
      const skill = known.get(key);
      if (skill) skill.people += 1;
      else known.set(key, { name, people: 1 });
    }
  }
  return [...known.values()].sort((a, b) => b.people - a.people || a.name.localeCompare(b.name));
}
