import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyProof,
  equalHashes,
  Frontier,
  type Hash,
  type HashReader,
  inclusionProof,
  leafHash,
  nodeHash,
  rootFromReader,
  verifyConsistency,
  verifyInclusion,
} from '#audit/merkle.ts';
import { sha256 } from '#audit/sha256.ts';
import { tileHashReader } from '#audit/tiles.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const leaves = (count: number) =>
  Array.from({ length: count }, (_, index) => leafHash(sha256, Buffer.from(`leaf ${index}`)));

/** RFC 6962 2.1 word for word: slow, obvious. */
function oracleRoot(hashes: readonly Hash[]): Hash {
  if (hashes.length === 0) return sha256(new Uint8Array());
  if (hashes.length === 1) return hashes[0]!;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return nodeHash(sha256, oracleRoot(hashes.slice(0, k)), oracleRoot(hashes.slice(k)));
}

const readerOf =
  (hashes: readonly Hash[]): HashReader =>
  (level, index) =>
    oracleRoot(hashes.slice(index * 2 ** level, (index + 1) * 2 ** level));

describe('tree', () => {
  it('gives the roots that RFC 6962 implementations agree on', () => {
    // The well-known vectors of the certificate-transparency code: eight leaves and their roots.
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const frontier = new Frontier(sha256);
    expect(hex(frontier.root())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    const roots = inputs.map((input) => {
      frontier.append(leafHash(sha256, Buffer.from(input, 'hex')));
      return hex(frontier.root());
    });
    expect(roots).toEqual([
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]);
  });

  it('appending leaf by leaf gives the root of the definition, and every completed subtree once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 70 }), (size) => {
        const hashes = leaves(size);
        const frontier = new Frontier(sha256);
        for (const hash of hashes)
          frontier.append(hash, (level, index, node) => {
            expect(hex(node)).toBe(hex(readerOf(hashes)(level, index)));
          });
        expect(hex(frontier.root())).toBe(hex(oracleRoot(hashes)));
        expect(hex(rootFromReader(sha256, size, readerOf(hashes)))).toBe(hex(oracleRoot(hashes)));
        expect(hex(Frontier.from(sha256, size, readerOf(hashes)).root())).toBe(hex(oracleRoot(hashes)));
      }),
    );
  });

  it('every inclusion proof verifies, and none verifies for another leaf, place, size or root', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (size, at, wrong) => {
        const hashes = leaves(size);
        const index = at % size;
        const root = oracleRoot(hashes);
        const proof = inclusionProof(sha256, index, size, readerOf(hashes));
        const check = (leaf: Hash, place: number, path: Hash[], top: Hash) =>
          verifyInclusion(sha256, leaf, place, size, path, top);
        expect(check(hashes[index]!, index, proof, root)).toBe(true);
        const other = wrong % size;
        if (other !== index) {
          expect(check(hashes[other]!, index, proof, root)).toBe(false);
          expect(check(hashes[index]!, other, proof, root)).toBe(false);
        }
        expect(check(hashes[index]!, index, [...proof, root], root)).toBe(false);
        if (proof.length) expect(check(hashes[index]!, index, proof.slice(1), root)).toBe(false);
        expect(check(hashes[index]!, index, proof, leafHash(sha256, root))).toBe(false);
      }),
    );
  });

  it('a consistency proof verifies for every earlier size, and for no fork', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (size, at, forkAt) => {
        const hashes = leaves(size);
        const oldSize = at % (size + 1);
        const [oldRoot, newRoot] = [oracleRoot(hashes.slice(0, oldSize)), oracleRoot(hashes)];
        const proof = consistencyProof(sha256, oldSize, size, readerOf(hashes));
        expect(verifyConsistency(sha256, oldSize, size, proof, oldRoot, newRoot)).toBe(true);
        if (oldSize === 0) return;
        const forked = hashes.slice(0, oldSize);
        forked[forkAt % oldSize] = leafHash(sha256, Buffer.from('forked'));
        expect(verifyConsistency(sha256, oldSize, size, proof, oracleRoot(forked), newRoot)).toBe(false);
        if (proof.length)
          expect(verifyConsistency(sha256, oldSize, size, proof.slice(1), oldRoot, newRoot)).toBe(false);
        expect(equalHashes(oldRoot, newRoot)).toBe(oldSize === size);
      }),
    );
  });

  it('proofs read from tiles are the proofs of the definition', () => {
    const size = 70_000;
    const hashes = leaves(size);
    const byLevel = new Map<string, Hash>();
    const frontier = new Frontier(sha256);
    hashes.forEach((hash, at) => {
      byLevel.set(`0/${at}`, hash);
      frontier.append(hash, (level, index, node) => level % 8 === 0 && byLevel.set(`${level / 8}/${index}`, node));
    });
    const read = tileHashReader(sha256, size, ({ level, index, width }) =>
      Buffer.concat(Array.from({ length: width }, (_, at) => byLevel.get(`${level}/${index * 256 + at}`)!)),
    );
    for (const index of [0, 1, 255, 256, 65_535, 65_536, 69_999]) {
      const proof = inclusionProof(sha256, index, size, read);
      expect(verifyInclusion(sha256, hashes[index]!, index, size, proof, frontier.root())).toBe(true);
    }
    for (const oldSize of [1, 255, 256, 257, 65_536, 69_889]) {
      const old = new Frontier(sha256);
      for (const hash of hashes.slice(0, oldSize)) old.append(hash);
      const proof = consistencyProof(sha256, oldSize, size, read);
      expect(verifyConsistency(sha256, oldSize, size, proof, old.root(), frontier.root())).toBe(true);
    }
  });
});
