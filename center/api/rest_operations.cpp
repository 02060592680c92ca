// SPDX-License-Identifier: Apache-2.0
// For those who run the server: health, readiness, metrics.
#include <boost/json.hpp>

#include "center/api/metrics.hpp"
#include "center/api/rest.hpp"

namespace visavis::center::rest {
namespace json = boost::json;
using http::Request;
using http::Response;
using http::Task;

namespace {

Task<Response> get_health(Service&, Request) { co_return answer(200, json::object{{"status", "ok"}}); }

/// Ready to take people: the store answers and takes writes.
Task<Response> get_ready(Service& service, Request) {
  if (service.draining()) co_return http::problem(503, "draining", "The server is shutting down. Use another.");
  if (!service.control().healthy() || !service.store_answers())
    co_return http::problem(503, "storage_unavailable",
                            "The store does not answer or takes no writes. Check the disk or the database.");
  co_return answer(200, json::object{{"status", "ready"}, {"version", service.ports().version}});
}

void add_center_metrics(MetricsText& out, Service& service) {
  std::map<std::string, std::array<std::size_t, 5>> states;
  std::size_t waiting = 0;
  std::map<std::string_view, std::size_t> agents;
  for (const auto& settings : service.directory().tenants()) {
    const auto* desk = service.desk(settings.tenant.id);
    if (!desk) continue;
    for (const auto& [id, contact] : desk->contacts()) {
      ++states[std::string(name_of(contact.channel))][static_cast<std::size_t>(contact.state)];
    }
    for (const auto& [id, agent] : desk->agents()) {
      if (agent.enabled) ++agents[agent.in_wrapup() ? "wrapup" : name_of(agent.chosen)];
    }
    waiting += desk->waiting_count();
  }
  out.family("contacts", "gauge", "Contacts in memory by channel and state.");
  for (const auto& [channel, counts] : states) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      out.sample(static_cast<double>(counts[i]),
                 {{"channel", channel}, {"state", name_of(static_cast<call::State>(i))}});
    }
  }
  out.gauge("queue_waiting", "Contacts that wait.", static_cast<double>(waiting));
  out.family("agents", "gauge", "Agents by state.");
  for (const auto& [state, count] : agents) out.sample(static_cast<double>(count), {{"state", state}});
  const auto commits = service.ports().committer->counters();
  out.counter("commit_transactions_total", "Transactions of the commit pipeline.",
              static_cast<double>(commits.transactions));
  out.counter("commit_events_total", "Events committed.", static_cast<double>(commits.events));
  out.counter("commit_failures_total", "Batches that could not be committed.", static_cast<double>(commits.failures));
  out.counter("commit_seconds_total", "Time spent committing.", static_cast<double>(commits.commit_us) / 1e6);
}

void add_media_metrics(MetricsText& out, Service& service) {
  out.gauge("media_sessions", "PeerConnections.", static_cast<double>(service.media().sessions()));
  out.gauge("media_rooms", "Rooms with somebody in them.", static_cast<double>(service.media().rooms()));
  const auto totals = service.media().totals();
  out.gauge("media_rtt_seconds", "Mean round trip over the sessions that know theirs.",
            totals.rtt_count == 0 ? 0 : totals.rtt_s_sum / static_cast<double>(totals.rtt_count));
  out.gauge(
      "media_lost_ratio", "Packets lost of those expected, over present sessions.",
      totals.packets == 0 ? 0 : static_cast<double>(totals.lost) / static_cast<double>(totals.packets + totals.lost));
  out.family("media_bitrate_bits_per_second", "gauge", "Media over the last second.");
  out.sample(totals.bits_in, {{"direction", "in"}});
  out.sample(totals.bits_out, {{"direction", "out"}});
  if (!service.ports().media) return;
  gateway::WorkerCounters all;
  for (const auto& c : service.ports().media->counters()) {
    all.packets_in += c.packets_in, all.packets_out += c.packets_out, all.bytes_in += c.bytes_in,
        all.bytes_out += c.bytes_out;
    all.dropped_malformed += c.dropped_malformed, all.dropped_unauthenticated += c.dropped_unauthenticated;
    all.dropped_unknown_path += c.dropped_unknown_path, all.send_errors += c.send_errors;
    all.nacks_sent += c.nacks_sent, all.nacks_received += c.nacks_received;
    all.retransmissions += c.retransmissions, all.plis_sent += c.plis_sent;
  }
  const auto pair = [&](std::string_view name, std::string_view help, std::uint64_t in, std::uint64_t out_value) {
    out.family(name, "counter", help);
    out.sample(static_cast<double>(in), {{"direction", "in"}});
    out.sample(static_cast<double>(out_value), {{"direction", "out"}});
  };
  pair("media_packets_total", "Packets by direction.", all.packets_in, all.packets_out);
  pair("media_bytes_total", "Bytes by direction.", all.bytes_in, all.bytes_out);
  pair("media_nacks_total", "NACKs by direction.", all.nacks_received, all.nacks_sent);
  out.family("media_dropped_packets_total", "counter", "Packets that were not taken.");
  out.sample(static_cast<double>(all.dropped_malformed), {{"reason", "malformed"}});
  out.sample(static_cast<double>(all.dropped_unauthenticated), {{"reason", "unauthenticated"}});
  out.sample(static_cast<double>(all.dropped_unknown_path), {{"reason", "unknown_path"}});
  out.counter("media_send_errors_total", "Sends that failed.", static_cast<double>(all.send_errors));
  out.counter("media_retransmitted_packets_total", "Packets sent again.", static_cast<double>(all.retransmissions));
  out.counter("media_plis_sent_total", "Key frames asked for.", static_cast<double>(all.plis_sent));
}

void add_http_metrics(MetricsText& out, Service& service) {
  const auto c = service.http_counters();
  out.gauge("http_connections", "Open connections.", static_cast<double>(c.connections));
  out.gauge("http_websockets", "Open WebSockets.", static_cast<double>(c.websockets));
  out.counter("http_refused_connections_total", "Connections over a cap.", static_cast<double>(c.refused));
  out.family("http_responses_total", "counter", "Responses by class.");
  out.sample(static_cast<double>(c.responses_2xx), {{"class", "2xx"}});
  out.sample(static_cast<double>(c.responses_3xx), {{"class", "3xx"}});
  out.sample(static_cast<double>(c.responses_4xx), {{"class", "4xx"}});
  out.sample(static_cast<double>(c.responses_5xx), {{"class", "5xx"}});
  out.gauge("ws_streams", "People who are connected or may come back.", static_cast<double>(service.streams().size()));
}

Task<Response> get_metrics(Service& service, Request request) {
  if (const auto& may = service.ports().may_measure; may && !may(request)) {
    co_return http::problem(403, "metrics_closed",
                            "Metrics are not for this address. The setting server.metrics_from names those that may "
                            "read them; a proxy in between has to be in server.trusted_proxies.");
  }
  MetricsText out;
  add_center_metrics(out, service);
  add_media_metrics(out, service);
  add_http_metrics(out, service);
  add_process_metrics(out);
  co_return http::text_response(200, "text/plain; version=0.0.4; charset=utf-8", out.take());
}

}  // namespace

void add_operations(http::Router& router, Service& service) {
  router.add("GET", "/healthz", bind(service, get_health));
  router.add("GET", "/readyz", bind(service, get_ready));
  router.add("GET", "/metrics", bind(service, get_metrics));
}

}  // namespace visavis::center::rest
