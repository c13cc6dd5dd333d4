import { readFileSync } from 'node:fs';
import type { Currency } from '#domain/money.ts';
import { DomainError } from '#domain/problems.ts';
import { compileCel } from './cel.ts';
import { baseOf } from './company-base.ts';
import { contradictions } from './contradictions.ts';
import { LEVELS, type Policy, type PolicyDocument, type PolicyText, type RuleDocument } from './policy.ts';
import { invalidPolicy, type Path, type PolicyProblem } from './problems.ts';
import { type ReadPolicy, readPolicy } from './read-policy.ts';
import { kindOf, type RulePlace, readQuantity, resolveRule } from './resolve-rule.ts';
import { type Allowance, allowanceOf, narrowRule } from './resolve-stack.ts';
import { revisionOf } from './revision.ts';
import { RULE_KINDS } from './rule-kinds.ts';
import type { CompanySource, NarrowSource } from './source.ts';

/** A policy ready to guard with, from its plain data. */
export function policyFromDocument(document: PolicyDocument, texts: readonly PolicyText[] = []): Policy {
  const rules = document.rules.map((rule) => ({
    ...rule,
    code: kindOf.get(rule.kind) ?? null,
    program: rule.permit === null ? null : compileCel(rule.permit),
  }));
  return { ...document, policyRevision: revisionOf(document), rules, document, texts };
}

function instantOf(text: string | undefined): number | null {
  return text === undefined ? null : Date.parse(text);
}

const latest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);
const earliest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

/** Every rule of the ERP is in force, listed or not. */
function withHardRules(rules: Map<string, RuleDocument>, owner: string): RuleDocument[] {
  for (const kind of RULE_KINDS) {
    if (!kind.hard || rules.has(kind.kind)) continue;
    rules.set(kind.kind, {
      ruleId: kind.kind,
      kind: kind.kind,
      move: [],
      reasonCode: kind.reasonCode,
      scope: {},
      variants: [{ level: 'company', appliesTo: null, severity: 'deny', limit: null, approvals: [] }],
      permit: null,
      message: kind.summary,
      owner,
      source: 'ERP controls',
      relaxable: null,
    });
  }
  return [...rules.values()].sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
}

function checkHead({ source, problemAt }: ReadPolicy, problems: PolicyProblem[]): void {
  const { change, effectiveFrom, effectiveTo } = source;
  if (change.raisedBy === change.approvedBy)
    problems.push(
      problemAt(['change', 'approvedBy'], `\`${change.approvedBy}\` raised the change`, 'let somebody else approve it'),
    );
  if (effectiveFrom !== undefined && effectiveTo !== undefined && effectiveTo <= effectiveFrom)
    problems.push(
      problemAt(['effectiveTo'], 'the policy ends before it begins', 'write a moment after `effectiveFrom`'),
    );
}

function appliesToOf(source: NarrowSource): Exclude<RuleDocument['variants'][number]['appliesTo'], null> {
  const { countries, zones, customers } = source.appliesTo;
  return { ...(countries && { countries }), ...(zones && { zones }), ...(customers && { customers }) };
}

/** Company first, then region, then customer, each in the order given. */
function inOrder(files: readonly ReadPolicy[]): {
  company: ReadPolicy & { source: CompanySource };
  stack: ReadPolicy[];
} {
  const stack = LEVELS.flatMap((level) => files.filter(({ source }) => source.level === level));
  const companies = stack.filter(
    (file): file is ReadPolicy & { source: CompanySource } => file.source.level === 'company',
  );
  const [company, second] = companies;
  if (!company)
    throw new DomainError('invalid-policy', 'no policy of level `company` among the files; expected exactly one', {
      files: files.map(({ file }) => file),
    });
  if (second)
    throw invalidPolicy([
      second.problemAt(['level'], `\`${company.file}\` is a company policy too`, 'keep one company policy in force'),
    ]);
  return { company, stack };
}

/**
 * A stack of policy texts as one policy. Throws `invalid-policy` with every problem found: file, line and remedy.
 * The same texts give the same revision.
 */
export function resolvePolicy(texts: readonly PolicyText[]): Policy {
  const { company, stack } = inOrder(texts.map(readPolicy));
  const currency: Currency = company.source.currency;
  const problems: PolicyProblem[] = [];
  const reportFor = (file: ReadPolicy, at: Path) => (path: Path, problem: string, remedy: string) => {
    problems.push(file.problemAt([...at, ...path], problem, remedy));
  };
  const top = { currency, report: reportFor(company, []) };
  const base = baseOf(company.source, top);
  const age = (text: string, path: Path, file: ReadPolicy): number =>
    readQuantity({ currency, report: reportFor(file, []) }, path, text, 'minutes');
  let limits = {
    snapshotAgeMinutes: age(company.source.limits.snapshotAge, ['limits', 'snapshotAge'], company),
    carrierDataAgeMinutes: age(company.source.limits.carrierDataAge, ['limits', 'carrierDataAge'], company),
  };
  const rules = new Map<string, RuleDocument>();
  const allowances = new Map<string, Allowance>();
  const places = new Map<string, ReturnType<typeof reportPlace>>();
  let effectiveFrom: number | null = null;
  let effectiveTo: number | null = null;
  for (const file of stack) {
    const { source } = file;
    checkHead(file, problems);
    effectiveFrom = latest(effectiveFrom, instantOf(source.effectiveFrom));
    effectiveTo = earliest(effectiveTo, instantOf(source.effectiveTo));
    if (source.level !== 'company') {
      if (Object.values(source.appliesTo).every((list) => list === undefined))
        problems.push(
          file.problemAt(['appliesTo'], 'a narrower policy about every order', 'name countries, zones or customers'),
        );
      // Ages hold for the whole stack, so a narrower policy can only lower them.
      for (const key of ['snapshotAge', 'carrierDataAge'] as const) {
        const text = source.limits?.[key];
        if (text === undefined) continue;
        const value = age(text, ['limits', key], file);
        if (value > limits[`${key}Minutes`])
          problems.push(
            file.problemAt(
              ['limits', key],
              `older than the company policy takes`,
              'write a shorter time, or remove it',
            ),
          );
        limits = { ...limits, [`${key}Minutes`]: Math.min(value, limits[`${key}Minutes`]) };
      }
    }
    const seen = new Set<string>();
    for (const [index, rule] of source.rules.entries()) {
      const appliesTo = source.level === 'company' ? null : appliesToOf(source);
      const place: RulePlace = {
        level: source.level,
        appliesTo,
        currency,
        approvers: base.approvers,
        report: reportFor(file, ['rules', index]),
      };
      if (seen.has(rule.id))
        place.report(['id'], `\`${rule.id}\` stands in this file twice`, 'give each rule an id of its own');
      seen.add(rule.id);
      const wide = rules.get(rule.id);
      if (wide && appliesTo !== null) {
        // The approvers of an inherited rule are inherited too.
        const inherits = rule.severity === 'approve' && rule.approvals === undefined;
        const approvals = inherits ? wide.variants.flatMap((variant) => variant.approvals) : [];
        const quiet: RulePlace =
          approvals.length > 0
            ? { ...place, report: (path, ...rest) => path[0] !== 'severity' && place.report(path, ...rest) }
            : place;
        const [variant] = resolveRule(rule, quiet).variants;
        rules.set(rule.id, narrowRule(wide, allowances.get(rule.id) ?? null, rule, variant!, place));
      } else {
        rules.set(rule.id, resolveRule(rule, place));
        allowances.set(rule.id, allowanceOf(rule, place));
      }
      places.set(rule.id, reportPlace(file, index));
    }
  }
  // Thresholds that cannot be read contradict nothing.
  if (problems.length > 0) throw invalidPolicy(problems);
  const contradicting = contradictions(rules, places);
  if (contradicting.length > 0) throw invalidPolicy(contradicting);
  const document: PolicyDocument = {
    ...base,
    effectiveFrom,
    effectiveTo,
    stack: stack.map(({ source }) => ({
      policyId: source.policyId,
      version: source.version,
      level: source.level,
      ...source.change,
    })),
    limits,
    rules: withHardRules(rules, company.source.owner),
  };
  return policyFromDocument(document, texts);
}

function reportPlace(file: ReadPolicy, index: number) {
  return (path: Path, problem: string, remedy: string): PolicyProblem =>
    file.problemAt(['rules', index, ...path], problem, remedy);
}

/** Reads and resolves a stack of policy files. */
export function loadPolicy(files: readonly string[]): Policy {
  return resolvePolicy(files.map((file) => ({ file, text: readFileSync(file, 'utf8') })));
}
