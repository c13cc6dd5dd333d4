"""The service a data team would write instead: FastAPI, three scikit-learn forests, an SQLite log with equal durability.

python3 bench/peers/service.py <port> <folder>
It scores the same 8 nodes x 3 lines with 100 trees per task, picks the cheapest node, and answers once the row is on disk.
No search over splits, no policy, no audit tree, no idempotency: it does less than the service it is compared with.
"""
import hashlib
import json
import sqlite3
import sys
import uuid

import numpy as np
import uvicorn
from fastapi import Body, FastAPI
from sklearn.ensemble import RandomForestRegressor

PORT, FOLDER = int(sys.argv[1]), sys.argv[2]
NODES, FEATURES = 8, 25

rng = np.random.default_rng(1)
rows = rng.random((4000, FEATURES))
labels = (rows[:, 0] + rows[:, 1] * rows[:, 2] > 1).astype(float)
forests = [
    RandomForestRegressor(100, max_depth=8, random_state=seed, n_jobs=1).fit(rows, labels) for seed in (1, 2, 3)
]
world = rng.random((NODES, FEATURES))

db = sqlite3.connect(f"{FOLDER}/peer.db", check_same_thread=False, isolation_level=None)
db.execute("pragma journal_mode = wal")
db.execute("pragma synchronous = full")
db.execute("create table log (id text primary key, leaf blob, sha256 text)")
app = FastAPI()


@app.get("/readyz")
def ready():
    return {"status": "ready"}


@app.post("/v1/recommendations")
async def recommend(body: dict = Body()):
    order = body["order"]
    features = np.repeat(world, len(order["lines"]), axis=0)
    features[:, 3] = [line["orderedQty"] for line in order["lines"]] * NODES
    scores = [forest.predict(features).reshape(NODES, -1).max(axis=1) for forest in forests]
    cost = 500 + 900 * scores[0] + 1500 * scores[1] + 400 * scores[2]
    ranked = [int(node) for node in np.argsort(cost)]
    answer = {
        "decisionId": str(uuid.uuid4()),
        "orderId": order["orderId"],
        "nodes": [{"nodeId": f"DC-{node}", "cost": float(cost[node])} for node in ranked],
        "risks": [[float(score[node]) for score in scores] for node in ranked],
    }
    leaf = json.dumps({"request": body, "answer": answer}, sort_keys=True, separators=(",", ":")).encode()
    db.execute("insert into log values (?, ?, ?)", (answer["decisionId"], leaf, hashlib.sha256(leaf).hexdigest()))
    return answer


uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="error", access_log=False)
