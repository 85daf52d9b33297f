// SPDX-License-Identifier: GPL-3.0-or-later
// peer.js EVAL FORMS.MD: run expressions through openrosa-xpath-evaluator and through EVAL (tests/peer/eval). Every
// difference must belong to one of the reasons listed in FORMS.MD, and every reason there must be needed.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const { JSDOM } = require('jsdom');

const fields = {
	empty: '', zero: '0', n: '150', half: '2.5', neg: '-3', text: 'abc', han: '张三丰', padded: ' 7 ',
	day: '2026-11-22', leap: '2024-02-29', old: '1960-02-29', moment: '2026-11-22T18:00',
	codes: '2 10 3', word_true: 'true',
};

// --- the other engine ---

const xml = '<data>' + Object.keys(fields).map((k) => `<${k}>${fields[k]}</${k}>`).join('') + '</data>';
const { window } = new JSDOM(xml, { contentType: 'text/xml' });
for (const name of ['Node', 'Element', 'Document', 'XPathResult', 'XPathEvaluator', 'document'])
	global[name] = window[name];
global.window = window;
const engine = require('openrosa-xpath-evaluator')();

function theirs(expression) {
	const path = expression.replace(/\$\{(\w+)\}/g, '/data/$1');
	try {
		return engine.evaluate(path, window.document.documentElement, null, window.XPathResult.STRING_TYPE).stringValue;
	} catch (error) {
		return `fault: ${String(error.message || error).split('\n')[0].slice(0, 60)}`;
	}
}

// --- the expressions ---

const literals = ["''", '0', '1', '-1', '2.5', '10', "'5'", "'10.0'", "'abc'", "' 3 '", "'2026-01-05'", "'2024-02-29'",
	'true()', 'false()', "number('')", '(1 div 0)'];
const nodes = Object.keys(fields).filter((k) => k !== 'moment').map((k) => '${' + k + '}');
const operators = ['=', '!=', '<', '<=', '>', '>=', '+', '-', '*', 'div', 'mod', 'and', 'or'];
const expressions = new Set();
const operands = [...literals, '${empty}', '${n}', '${text}', '${day}', '${zero}'];
for (const a of operands)
	for (const b of operands)
		for (const operator of operators) expressions.add(`${a} ${operator} ${b}`);

const values = [...literals, ...nodes];
for (const f of ['number', 'string', 'boolean', 'not', 'int', 'round', 'string-length', 'date', 'decimal-date-time',
	'count-selected', 'concat', 'min', 'max'])
	for (const v of values) expressions.add(`${f}(${v})`);
for (const v of values)
	for (const w of ["''", "'a'", "'2'", '10', '${empty}', '${text}', "'张'"]) {
		for (const f of ['contains', 'starts-with', 'selected', 'coalesce', 'concat', 'min', 'max'])
			expressions.add(`${f}(${v}, ${w})`);
		expressions.add(`if(${v}, ${w}, 'else')`);
	}
for (const v of values)
	for (const i of ['0', '1', '2', '-1', '9']) {
		expressions.add(`substr(${v}, ${i})`);
		expressions.add(`substr(${v}, ${i}, 2)`);
		expressions.add(`selected-at(${v}, ${i})`);
	}
for (const number of ['2.5', '-2.5', '0.5', '-0.5', '1.005', '23.955', '89.95', '1234.5678', '-1.5', '1e3', '0'])
	for (const places of ['', ', 0', ', 1', ', 2', ', -1', ', -2']) expressions.add(`round(${number}${places})`);
for (const pattern of ['^1[0-9]{10}$', '[0-9]+', '\\d+', 'a.c', '^$', 'b'])
	for (const v of ["'13812345678'", "'abc'", "''", "'x12'", '${text}', '${empty}', '${han}'])
		expressions.add(`regex(${v}, '${pattern}')`);
for (const format of ['%Y-%m-%d', '%y/%n/%e', '%Y年%n月%e日', '%d.%m.', '%H:%M', '%h'])
	for (const v of ["'2026-01-05'", '${day}', '${leap}', '${empty}', "''", '${moment}', "date('2026-01-05')"])
		expressions.add(`format-date(${v}, '${format}')`);
for (const e of ["date('2026-01-05') + 3", "date(date('2026-01-05') + 3)", "date('2026-01-05') - date('2026-01-01')",
	'${day} - ${leap}', '${day} < today()', '${day} = today()', '${empty} <= today()', "'2026-11-21' < today()",
	'today()', 'date(today() + 1)', 'date(today() - 30)', 'number(today())', 'today() > ${day}', '${day} - 7',
	'date(${day} - 7)', "date('2026-02-29')", "date('2026-13-01')", "date('2024-02-29') + 1", 'date(20461)', 'date(-1)',
	'date(20461.75)', "date('2026-1-5')", "decimal-date-time('2026-11-22')", 'decimal-date-time(${moment})',
	"'2026-01-05' = '2026-01-05'", "'2026-01-05' != '2026-01-06'", "'2026-01-05' < '2026-01-06'", '1 + 2 * 3',
	'(1 + 2) * 3', '10 - 2 - 3', '2 * 3 mod 4', '-3 mod 2', '3 mod -2', '5.5 mod 2', '--4', '-(2 + 3)', '1 < 2 = true()',
	'3 > 2 > 1', '0.1 + 0.2', '1 div 3', '100000000 * 100000000 * 100000000', '0.0001 div 1000', '7 div 2',
	"if(${n} >= 140 and ${n} < 160, 2, 1)", "if('', 'a', 'b')", "if('0', 'a', 'b')", "coalesce(${empty}, ${zero})",
	"string-length('𠮷')", "substr('𠮷野家', 1)", "number('1e3')", "number('+5')", "number('0x10')", "number('5.')",
	"number('.5')", "number('Infinity')", "string(1.50)", "string(1000000)", "not(${empty} = '')", "${empty} != ''",
	"selected(${codes}, '1')", "selected(${codes}, '10')", "count-selected(${codes})",
	"not(selected(${codes}, '2') and count-selected(${codes}) > 1)", "true() and ${word_true} = 'true'"])
	expressions.add(e);

// --- why they may differ; the names are those of the table in FORMS.MD ---

const reasons = {
	'empty-field': (d) => /\$\{empty\}/.test(d.expression) && theirs(d.expression.replace(/\$\{empty\}/g, "''")) === d.ours,
	'choice-of-nothing': (d) => /^selected\(.*, (''|\$\{empty\})\)$/.test(d.expression) && d.ours === 'false',
	'choices-apart': (d) => /^selected-at\((' 3 '|\$\{padded\}),/.test(d.expression),
	'no-date': (d) => d.theirs === 'Invalid Date' && d.ours === '',
	'date-guessed': (d) => /^date\([^0-9t]/.test(d.expression) && /^\d{4}-\d\d-\d\d$/.test(d.theirs),
	'day-of-truth': (d) => /^date\((true|false)\(\)\)$/.test(d.expression),
	'time-of-date': (d) => /^date\([0-9.]+\)$/.test(d.expression) && d.theirs.startsWith(d.ours + 'T'),
	'days-of-number': (d) => d.expression.startsWith('decimal-date-time(') && d.theirs === 'NaN',
	'half-down': (d) => /^round\(-\d+\.5\b/.test(d.expression) && Number(d.ours) === Number(d.theirs) + 1,
	'half-in-decimals': (d) => d.expression.startsWith('round(1.005'),
	'regex-whole': (d) => d.expression.startsWith('regex(') && d.ours === 'false',
	'number-notation': (d) => /1e3|\+5|0x10|Infinity/.test(d.expression),
	'minus': (d) => /^-[-(]/.test(d.expression),
	'exponent': (d) => /e[+-]\d+$/.test(d.theirs) && Number(d.theirs) === Number(d.ours),
	'characters': (d) => /[\u{10000}-\u{10ffff}]/u.test(d.expression),
};

// --- comparing ---

// The rows of the table between the two marks: name, expression, ours, theirs, reason.
function listed(path) {
	const section = fs.readFileSync(path, 'utf8').split('<!-- peer-check -->')[1] || '';
	const cells = (line) => line.split('|').slice(1, -1).map((cell) => cell.trim().replace(/^`(.*)`$/, '$1'));
	return section.split('\n').filter((line) => line.startsWith('| `')).map(cells);
}

const documented = listed(process.argv[3]);
for (const row of documented) expressions.add(row[1]);
const list = [...expressions];
const pad = (n) => String(n).padStart(2, '0');
const now = new Date();
const input = `@${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}\n` +
	Object.keys(fields).map((k) => `=${k}\t${fields[k]}\n`).join('') + list.join('\n') + '\n';
const lines = execFileSync(process.argv[2], { input, encoding: 'utf8', maxBuffer: 1 << 26 }).split('\n');
const differences = [];
list.forEach((expression, i) => {
	const [kind, ...rest] = lines[i].split('\t');
	const ours = (kind === 'fault' ? 'fault: ' : '') + rest.join('\t');
	const other = theirs(expression);
	if (ours !== other && !(kind === 'fault' && other.startsWith('fault')))
		differences.push({ expression, ours, theirs: other });
});

let faults = 0;
function complain(text) {
	faults++;
	console.log(text);
}
const counts = {};
for (const d of differences) {
	const fitting = Object.keys(reasons).filter((name) => reasons[name](d));
	d.reason = fitting[0];
	if (fitting.length !== 1)
		complain(`${d.expression}: ours ${JSON.stringify(d.ours)}, theirs ${JSON.stringify(d.theirs)}: ` +
			(fitting.length ? `several reasons: ${fitting.join(', ')}` : 'not listed'));
	counts[fitting[0]] = (counts[fitting[0]] || 0) + 1;
}
for (const [name, expression, ours, other] of documented) {
	const d = differences.find((it) => it.expression === expression);
	if (!reasons[name] || !counts[name]) complain(`the table lists ${name}, which no expression shows`);
	else if (!d || d.reason !== name) complain(`the table's example of ${name} is none: ${expression}`);
	else if (d.ours !== ours || d.theirs.slice(0, 15) !== other.slice(0, 15))
		complain(`${name}: ${expression} is ${JSON.stringify(d.ours)} here and ${JSON.stringify(d.theirs)} there`);
}
for (const name of Object.keys(reasons))
	if (!documented.some((row) => row[0] === name)) complain(`the table lacks ${name}`);
for (const name of Object.keys(counts).sort()) console.log(`${String(counts[name]).padStart(5)}  ${name}`);
console.log(`${list.length} expressions, ${list.length - differences.length} alike, ${differences.length} different for ` +
	`${Object.keys(counts).length} listed reasons, ${faults} faults`);
process.exit(faults ? 1 : 0);
