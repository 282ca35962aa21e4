// A client that is generated from the description of the API: it signs in, asks for a series, and adds up its buckets.

import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

const [address, email, password, team_id] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl: address });

const signedIn = await client.POST("/api/auth/login", { body: { email, password } });
if (signedIn.error) throw new Error(signedIn.error.error);
const cookie = signedIn.response.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");

const { data: answer, error } = await client.GET("/api/users/me/metrics/server-installs", {
  params: { query: { team_id, time_range: "24h", interval: "1h", completeness: true } },
  headers: { cookie },
});
if (error) throw new Error(error.error);

const { buckets, summary, completeness }: components["schemas"]["server_installations_response"]["data"] = answer.data;
const sum = buckets.reduce((total, bucket) => total + bucket.installation_count, 0);
// @ts-expect-error: a bucket has the measures of its metric, and no others.
buckets.map((bucket) => bucket.departures);
console.log(JSON.stringify({ sum, total: summary.total_installation_count, final: completeness?.final_buckets }));
