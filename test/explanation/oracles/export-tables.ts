/** SQL: what the oracles read, made from the export alone and by nothing that the answers are made with. */
export const EXPORT_TABLES = `
CREATE TABLE dec AS SELECT e.*, d ->> '$.orderId' AS ord, d ->> '$.mode' AS mode, d ->> '$.decidedAt' AS at,
  d ->> '$.status' AS status, o ->> '$.customerTier' AS tier, o ->> '$.customerId' AS customer, o ->> '$.channel' AS channel,
  o ->> '$.shipTo.zone' AS zone, o ->> '$.currency' AS currency, o ->> '$.promiseDate' AS promise, o ->> '$.placedAt' AS placed,
  d ->> '$.chosen.costs.total' AS cost, d ->> '$.chosen.costs.shipping' AS freight,
  d ->> '$.chosen.risks.delay' AS delay, d ->> '$.chosen.risks.stockout' AS stockout, d ->> '$.chosen.risks.split' AS split,
  d ->> '$.suggested.saving' AS saving,
  json_type(d, '$.suggested') = 'object' AND json_type(d, '$.chosen') = 'object'
    AND d ->> '$.suggested.candidate.candidateId' IS NOT d ->> '$.chosen.candidateId' AS moved,
  coalesce(json_array_length(d, '$.chosen.plan.shipments'), 0) AS parts,
  (SELECT sum(l.value ->> '$.orderedQty') FROM json_each(o, '$.lines') l) AS ordered,
  coalesce((SELECT sum(a.value ->> '$.qty') FROM json_each(d, '$.chosen.plan.shipments') s, json_each(s.value, '$.assignments') a), 0) AS planned,
  EXISTS (SELECT 1 FROM json_each(d, '$.flags') f WHERE f.value = 'CLAMPED') AS clamped,
  json_type(d, '$.exception') = 'object' AS excepted,
  (SELECT l.id FROM entries l WHERE l.supersedes = e.id AND l.d ->> '$.mode' <> 'quote' ORDER BY l.d ->> '$.decidedAt' LIMIT 1) AS successor
FROM entries e;
CREATE UNIQUE INDEX dec_id ON dec (id);
CREATE TABLE ship AS SELECT dec.id, s.key AS part, s.value ->> '$.nodeId' AS node, s.value ->> '$.carrier' AS carrier,
  s.value ->> '$.carrierService' AS service, s.value ->> '$.expedited' AS expedited, s.value ->> '$.freight' AS freight,
  s.value ->> '$.shipDate' AS leaves, s.value ->> '$.eta' AS eta, s.value ->> '$.delayRisk' AS risk,
  (SELECT sum(a.value ->> '$.qty') FROM json_each(s.value, '$.assignments') a) AS units
FROM dec, json_each(d, '$.chosen.plan.shipments') s;
CREATE INDEX ship_id ON ship (id);
CREATE TABLE item AS SELECT DISTINCT dec.id, l.value ->> '$.itemId' AS item FROM dec, json_each(o, '$.lines') l;
CREATE INDEX item_id ON item (id);
CREATE TABLE spoke AS SELECT dec.id, g.key AS place, g.value ->> '$.ruleId' AS rule, g.value ->> '$.verdict' AS verdict,
  g.value ->> '$.reasonCode' AS code FROM dec, json_each(d, '$.guard') g;
CREATE INDEX spoke_id ON spoke (id);
-- The newest event of each kind counts; a shipment without a decision belongs to its order's last one before it left.
CREATE TABLE gone AS WITH newest AS (SELECT *, j ->> '$.shipmentId' AS shipment,
    row_number() OVER (PARTITION BY type, j ->> '$.shipmentId' ORDER BY occurred DESC, id DESC, source DESC) AS nth
  FROM events WHERE type LIKE 'fairlead.shipment.%' OR type = 'fairlead.freight.invoiced')
SELECT s.shipment, s.j ->> '$.orderId' AS ord, s.occurred AS shipped, s.j ->> '$.nodeId' AS node, s.j ->> '$.carrier' AS carrier,
  s.j ->> '$.carrierService' AS service,
  coalesce((SELECT sum(l.value ->> '$.qty') FROM json_each(s.j, '$.shortLines') l), 0) AS short,
  coalesce(s.j ->> '$.decisionId', (SELECT d.id FROM dec d WHERE d.ord = s.j ->> '$.orderId' AND d.at <= s.occurred
    AND d.mode <> 'quote' ORDER BY d.at DESC, d.id DESC LIMIT 1)) AS id,
  (SELECT occurred FROM newest n WHERE n.nth = 1 AND n.shipment = s.shipment AND n.type LIKE '%.delivered') AS delivered,
  (SELECT occurred FROM newest n WHERE n.nth = 1 AND n.shipment = s.shipment AND n.type LIKE '%.failed') AS failed,
  (SELECT n.j ->> '$.freightInvoiced' FROM newest n WHERE n.nth = 1 AND n.shipment = s.shipment AND n.type LIKE '%.invoiced') AS invoiced,
  (SELECT n.j ->> '$.currency' FROM newest n WHERE n.nth = 1 AND n.shipment = s.shipment AND n.type LIKE '%.invoiced') AS money
FROM newest s WHERE s.nth = 1 AND s.type = 'fairlead.shipment.shipped';
CREATE INDEX gone_id ON gone (id);
CREATE TABLE over AS SELECT j ->> '$.decisionId' AS id, CAST(round(unixepoch(j ->> '$.ts', 'subsec') * 1000) AS INTEGER) AS at FROM leaves WHERE j ->> '$.type' = 'override';
CREATE TABLE exc AS SELECT d.id, d.ord, d.at AS opened, d.d ->> '$.exception.category' AS category, d.d ->> '$.exception.owner' AS owner,
  d.at + (d.d ->> '$.exception.slaMinutes') * 60000 AS due, d.d -> '$.exception.nearest' AS nearest,
  (SELECT min(h.at) FROM history h WHERE h.id = d.id AND h.action = 'resolved') AS resolved,
  (SELECT CAST(round(unixepoch(substr(h.note, 7, 24), 'subsec') * 1000) AS INTEGER) FROM history h WHERE h.id = d.id AND h.action = 'snoozed' ORDER BY h.entry DESC LIMIT 1) AS snoozed
FROM dec d WHERE d.excepted AND d.mode <> 'quote';
CREATE TABLE appr AS SELECT n.*, coalesce(n.verdict, CASE WHEN n.ended IS NOT NULL THEN 'EXPIRED' ELSE 'PENDING' END) AS state,
  coalesce(n.said, n.ended) AS decided FROM (
  SELECT d.id, d.ord, d.at AS raised, a.value ->> '$.ruleId' AS rule, a.value ->> '$.approverRole' AS role,
    d.at + (a.value ->> '$.expiresInMinutes') * 60000 AS expires,
    (SELECT CASE l.j ->> '$.verdict' WHEN 'APPROVED' THEN 'APPROVED' ELSE 'REFUSED' END FROM leaves l, json_each(l.j, '$.ruleIds') r
      WHERE l.j ->> '$.type' = 'approval' AND l.j ->> '$.decisionId' = d.id AND r.value = a.value ->> '$.ruleId') AS verdict,
    (SELECT CAST(round(unixepoch(l.j ->> '$.ts', 'subsec') * 1000) AS INTEGER) FROM leaves l, json_each(l.j, '$.ruleIds') r
      WHERE l.j ->> '$.type' = 'approval' AND l.j ->> '$.decisionId' = d.id AND r.value = a.value ->> '$.ruleId') AS said,
    coalesce((SELECT s.at FROM dec s WHERE s.id = d.successor),
      (SELECT min(h.at) FROM history h WHERE h.id = d.id AND h.action = 'approval expired' AND h.note = a.value ->> '$.ruleId')) AS ended
  FROM dec d, json_each(d.d, '$.approvals') a WHERE d.mode <> 'quote') n;
-- What an order or a shipment counts under, one row for each kind of group and value.
CREATE TABLE place AS
  SELECT DISTINCT id, 'node' AS kind, node AS val FROM ship UNION SELECT id, 'carrier', carrier FROM ship
  UNION SELECT id, 'carrierService', service FROM ship UNION SELECT id, 'item', item FROM item
  UNION SELECT s.id, 'lane', s.node || ' -> ' || d.zone FROM ship s JOIN dec d ON d.id = s.id
  UNION SELECT id, 'zone', zone FROM dec UNION SELECT id, 'customer', customer FROM dec
  UNION SELECT id, 'customerTier', tier FROM dec UNION SELECT id, 'channel', channel FROM dec;
CREATE INDEX place_id ON place (id, kind);
`;
