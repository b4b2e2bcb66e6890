import { readFileSync } from 'node:fs';
import { DtdValidator, XmlDocument, XmlDtd, XmlLibError } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { coberturaReport } from '../../../src/testing/coverage/reports/cobertura.ts';
import { branch, coverageOf, OPTIONS, pipeline, stage, templatesCoverage } from './sample.ts';

const DTD = readFileSync(new URL('./fixtures/coverage-04.dtd', import.meta.url), 'utf8');

/** What the declarations of Cobertura have against a document. */
function complaints(xml: string): string[] {
  using validator = new DtdValidator(XmlDtd.fromString(DTD));
  try {
    using document = XmlDocument.fromString(xml);
    validator.validate(document);
    return [];
  } catch (error) {
    if (!(error instanceof XmlLibError)) throw error;
    return error.details.map(({ message }) => message.trim());
  }
}

describe('the Cobertura report', () => {
  it('is valid', () => {
    expect(complaints(coberturaReport(templatesCoverage(), OPTIONS))).toEqual([]);
    expect(complaints(coberturaReport(coverageOf(), OPTIONS))).toEqual([]);
  });

  it('would be found out if it were not', () => {
    const xml = coberturaReport(templatesCoverage(), OPTIONS);
    expect(complaints(xml.replace('<methods/>', ''))[0]).toContain('Element class content does not follow the DTD');
    expect(complaints(xml.replace(' timestamp="', ' time="'))).toHaveLength(2);
    expect(complaints(xml.replace('</packages>', ''))).not.toEqual([]);
  });

  it('has a package for each folder and a class for each pipeline', () => {
    const one = pipeline('one', [stage('a', 4, 1)], { file: 'pipelines/one.pipeline.json' });
    const two = pipeline('two', [stage('a', 4, 0)], { file: 'billing/pipelines/two.pipeline.json' });
    const top = pipeline('top', [], { file: 'top.pipeline.json' });
    const xml = coberturaReport(coverageOf(one, two, top), OPTIONS);
    expect(xml.match(/<source>.*|<package .*|<class .*/g)).toEqual([
      '<source>/home/ada/shop</source>',
      '<package name="pipelines" line-rate="1" branch-rate="1" complexity="0">',
      '<class name="one" filename="pipelines/one.pipeline.json" line-rate="1" branch-rate="1" complexity="0">',
      '<package name="billing/pipelines" line-rate="0" branch-rate="1" complexity="0">',
      '<class name="two" filename="billing/pipelines/two.pipeline.json" line-rate="0" branch-rate="1" complexity="0">',
      '<package name="." line-rate="1" branch-rate="1" complexity="0">',
      '<class name="top" filename="top.pipeline.json" line-rate="1" branch-rate="1" complexity="0">',
    ]);
    expect(xml).toContain('lines-covered="1" lines-valid="2" branches-covered="0" branches-valid="0"');
  });

  it('has the branches of a line as conditions', () => {
    const routes = ['gold', 'silver', 'default'].map((name, i) => branch('router', name, i));
    const ways = [branch('when', 'true', 2), branch('when', 'false', 0), ...routes];
    const xml = coberturaReport(coverageOf(pipeline('one', [stage('a', 4, 2, { branches: ways })])), OPTIONS);
    expect(xml).toContain(`
            <line number="4" hits="2" branch="true" condition-coverage="60% (3/5)">
              <conditions>
                <condition number="0" type="jump" coverage="50%"/>
                <condition number="1" type="switch" coverage="66%"/>
              </conditions>
            </line>
`);
    expect(complaints(xml)).toEqual([]);
  });

  it('holds names that are not XML', () => {
    const name = 'a"<b>&\'\u0000\ufffe\ud800 ]]>';
    const xml = coberturaReport(coverageOf(pipeline(name, [stage(name, 4, 2)], { file: `${name}/x` })), {
      ...OPTIONS,
      root: `/home/${name}`,
    });
    expect(complaints(xml)).toEqual([]);
  });
});
