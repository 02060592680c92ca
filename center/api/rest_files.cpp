// SPDX-License-Identifier: Apache-2.0
// Files that people send in a chat.
#include <boost/json.hpp>

#include "base/ids.hpp"
#include "center/api/rest.hpp"
#include "center/types/limits.hpp"
#include "center/types/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace visavis::center::rest {
namespace json = boost::json;
using http::problem;
using http::Request;
using http::Response;
using http::Task;

namespace {

constexpr std::size_t kMaxFile = 20 * 1024 * 1024;
constexpr Millis kStrangersPatience{60'000};  // for a file of somebody whom nobody has answered

/// A person who may put files into a contact, or take them out.
struct Holder {
  std::string tenant_id;
  std::string contact_id;      // customers: the only one
  std::string participant_id;  // customers
  std::string user_id;         // agents
};

Result<Holder> holder_of(Service& service, const Request& request) {
  if (!request.bearer().empty()) {
    const auto key = customer_of(service, request);
    if (!key) return std::unexpected(key.error());
    return Holder{key->tenant_id, key->contact_id, key->participant_id, {}};
  }
  const auto agent = agent_of(service, request);
  if (!agent) return std::unexpected(agent.error());
  return Holder{agent->tenant_id, {}, {}, agent->user->id};
}

/// The participant who uploads, if they are in the running contact.
Result<std::string> uploader(Service& service, const Holder& holder, const std::string& contact_id) {
  const auto* desk = service.desk(holder.tenant_id);
  const auto* contact = desk ? desk->contact(contact_id) : nullptr;
  const bool mine = holder.contact_id.empty() || holder.contact_id == contact_id;
  const auto* agent = contact && !holder.user_id.empty() ? contact->of_user(holder.user_id) : nullptr;
  if (!contact || !mine || contact->ended() || (!holder.user_id.empty() && !agent)) {
    return fail(ErrorKind::kNotFound, "not_in_contact", "You are not in this contact, or it is over.");
  }
  return agent ? agent->id : holder.participant_id;
}

/// No path, no control characters: it becomes somebody's file name.
Result<std::string> file_name(const Request& request) {
  auto name = http::percent_decode(request.header("X-File-Name"));
  if (!name || name->empty() || !fits(*name, 255))
    return invalid("X-File-Name", "must be a percent-encoded name of 1 to 255 characters");
  if (const auto slash = name->find_last_of("/\\"); slash != std::string::npos) name->erase(0, slash + 1);
  for (char& c : *name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '_';
  }
  if (name->empty()) return invalid("X-File-Name", "must not end in a slash");
  return *name;
}

/// `type/subtype` in its plain form, else "application/octet-stream".
std::string media_type(std::string_view given) {
  given = http::trim(given.substr(0, given.find(';')));
  const auto slash = given.find('/');
  const bool plain = !given.empty() && given.size() <= 100 && slash != std::string_view::npos && slash > 0 &&
                     slash + 1 < given.size() && std::ranges::all_of(given, [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                              c == '.' || c == '+' || c == '-';
                     });
  return plain ? std::string(given) : "application/octet-stream";
}

/// What the header of an upload says.
struct Upload {
  std::string tenant_id;
  std::string contact_id;
  std::string participant_id;
  std::string name;
};

Result<Upload> upload_of(Service& service, const Request& request) {
  const auto holder = holder_of(service, request);
  if (!holder) return std::unexpected(holder.error());
  auto contact_id = request.query_value("contact_id").value_or(holder->contact_id);
  auto by = uploader(service, *holder, contact_id);
  if (!by) return std::unexpected(by.error());
  auto name = file_name(request);
  if (!name) return std::unexpected(name.error());
  return Upload{holder->tenant_id, std::move(contact_id), std::move(*by), std::move(*name)};
}

FilePlaces::Ask ask_of(Service& service, const Request& request, const Upload& upload, std::size_t bytes) {
  return {.tenant_id = upload.tenant_id,
          .contact_id = upload.contact_id,
          .network = client_address(request),
          .stored = service.shared_files(upload.contact_id),
          .bytes = bytes};
}

/// Before the body is read: a place in memory and in the contact for as much as is announced.
std::expected<http::Admission, Response> admit_file(Service& service, const Request& request,
                                                    std::optional<std::uint64_t> length) {
  const auto upload = upload_of(service, request);
  if (!upload) return std::unexpected(problem(upload.error()));
  auto ask = ask_of(service, request, *upload, 0);
  ask.bytes = length.value_or(std::min(kMaxFile, service.file_places().room(ask)));
  auto place = service.file_places().take(ask);
  if (!place) {
    auto refused = problem(place.error());
    if (place.error().kind == ErrorKind::kUnavailable) refused.set("Retry-After", "5");
    return std::unexpected(std::move(refused));
  }
  http::Admission admission{.body_bytes = ask.bytes, .place = std::move(*place)};
  if (service.unanswered(upload->tenant_id, upload->contact_id)) admission.body_total = kStrangersPatience;
  return admission;
}

/// Whether the company keeps more of those whom nobody has answered.
Task<Result<void>> check_company(Service& service, std::string tenant_id) {
  const auto held = co_await read<std::size_t>(
      service, [tenant_id](platform::DbSession& db) { return unanswered_file_bytes(db, tenant_id); });
  if (!held) co_return std::unexpected(held.error());
  if (*held < kMostWaitingFileBytes) co_return Result<void>{};
  co_return fail(ErrorKind::kConflict, "not_answered_yet",
                 "Those who wait have sent as much as is kept. Send it once somebody has answered.");
}

/// Record first, then content: whenever the server ends, erasure finds all that lies on the disk by its record.
Task<Result<void>> keep(Service& service, FileRecord file, std::shared_ptr<const std::string> content) {
  auto& loop = *service.ports().loop;
  const auto* store = service.ports().files;
  const auto sha256 = co_await http::offloaded<Result<std::string>>(loop, [store, content]() -> Result<std::string> {
    if (const auto room = store->check_room(content->size()); !room) return std::unexpected(room.error());
    return platform::sha256_hex(*content);
  });
  if (!sha256) co_return std::unexpected(sha256.error());
  file.sha256 = *sha256;
  auto recorded = co_await record(service, {[file](platform::DbSession& db) { insert_file(db, file); }});
  if (!recorded) co_return recorded;
  struct Put {
    Result<void> stored;
    bool left = false;  // perhaps something of it, on the disk
  };
  auto put = co_await http::offloaded<Put>(loop, [store, content, id = file.id] {
    auto stored = store->put(id, *content, kMaxFile);
    const bool left = !stored && !store->remove(id);
    return Put{std::move(stored), left};
  });
  if (put.stored || put.left) co_return put.stored;
  // Where this fails too, the record goes with its contact.
  (void)co_await record(service, {[id = file.id](platform::DbSession& db) { remove_file(db, id); }});
  co_return put.stored;
}

Task<Response> post_file(Service& service, Request request) {
  // Asked a second time: the contact may have ended while the body came.
  const auto upload = upload_of(service, request);
  if (!upload) co_return problem(upload.error());
  if (request.body.empty()) co_return problem(400, "file_empty", "The file is empty. Choose another.");
  if (service.unanswered(upload->tenant_id, upload->contact_id)) {
    const auto good = co_await check_company(service, upload->tenant_id);
    if (!good) co_return problem(good.error());
  }
  const FileRecord file{.id = new_uuid(service.now()),
                        .tenant_id = upload->tenant_id,
                        .contact_id = upload->contact_id,
                        .name = upload->name,
                        .type = media_type(request.header("Content-Type")),
                        .uploaded_by = upload->participant_id,
                        .size = static_cast<std::int64_t>(request.body.size()),
                        .at = service.now()};
  const auto kept = co_await keep(service, file, std::make_shared<std::string>(std::move(request.body)));
  if (!kept) co_return problem(kept.error());
  service.share_file(file);
  service.file_places().kept(ask_of(service, request, *upload, static_cast<std::size_t>(file.size)));
  co_return answer(201,
                   json::object{{"file_id", file.id}, {"name", file.name}, {"size", file.size}, {"type", file.type}});
}

struct Found {
  std::optional<FileRecord> file;
  std::string agent_id;  // who had the contact, as history knows it
};

/// Customers: of their contact. Agents: of contacts that they are or were in; supervisors: of all.
bool may_read(Service& service, const Holder& holder, const Found& found) {
  if (!holder.contact_id.empty()) return holder.contact_id == found.file->contact_id;
  const auto* user = service.directory().user(holder.user_id);
  if (!user) return false;
  if (user->has_role("supervisor") || found.agent_id == holder.user_id) return true;
  const auto* desk = service.desk(holder.tenant_id);
  const auto* contact = desk ? desk->contact(found.file->contact_id) : nullptr;
  return contact && std::ranges::any_of(contact->participants,
                                        [&](const call::Participant& p) { return p.user_id == holder.user_id; });
}

Task<Response> get_file(Service& service, Request request) {
  const auto holder = holder_of(service, request);
  if (!holder) co_return problem(holder.error());
  const std::string id(request.param("id"));
  const auto tenant_id = holder->tenant_id;
  const auto found = co_await read<Found>(service, [tenant_id, id](platform::DbSession& db) {
    Found out{find_file(db, tenant_id, id), {}};
    if (const auto contact = out.file ? find_contact(db, tenant_id, out.file->contact_id) : std::nullopt)
      out.agent_id = contact->agent_id;
    return out;
  });
  if (!found) co_return problem(found.error());
  const auto& file = found->file;
  if (!file || !may_read(service, *holder, *found))
    co_return problem(404, "file_unknown", "There is no such file in your contact.");
  const auto* store = service.ports().files;
  auto content =
      co_await http::offloaded<Result<std::string>>(*service.ports().loop, [store, id] { return store->get(id); });
  if (!content && content.error().kind == ErrorKind::kNotFound)
    co_return problem(404, "file_unknown", "The content of this file was lost. Send the file again.");
  if (!content) co_return problem(content.error());
  // Never shown inside our pages, whatever it claims to be.
  Response response = http::text_response(200, file->type, std::move(*content));
  response.set("Content-Disposition", "attachment; filename*=UTF-8''" + http::percent_encode(file->name));
  response.set("Cache-Control", "private, no-store");
  co_return response;
}

}  // namespace

void add_files(http::Router& router, Service& service) {
  const auto admit = [&service](const Request& request, std::optional<std::uint64_t> length) {
    return admit_file(service, request, length);
  };
  router.add("POST", "/v1/files", bind(service, post_file),
             {.body_bytes = kMaxFile, .deadline = Millis{60'000}, .admit = admit});
  router.add("GET", "/v1/files/{id}", bind(service, get_file), {.deadline = Millis{60'000}});
}

}  // namespace visavis::center::rest
