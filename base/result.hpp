// SPDX-License-Identifier: Apache-2.0
// std::expected for whatever the outside world can cause; CHECK (check.hpp) is for our own bugs.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace visavis {

/// Why something from the network was refused, without allocation: `what` points to a literal that says what is wrong.
struct ParseError {
  std::string_view what;
};

template <class T>
using Parsed = std::expected<T, ParseError>;

inline std::unexpected<ParseError> malformed(std::string_view literal) { return std::unexpected(ParseError{literal}); }

/// Kinds of refusal that the control plane tells apart; platform/http maps them to HTTP statuses.
enum class ErrorKind {
  kInvalid,
  kUnauthenticated,
  kForbidden,
  kNotFound,
  kConflict,
  kGone,
  kTooLarge,
  kThrottled,
  kUnavailable,
  kInternal
};

/// An error for people: `code` is stable and machine-readable (snake_case), `message` says what happened and what to
/// do.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string code;
  std::string message;
  std::string cause = {};  // in the words of what failed: for who runs the server, never sent to anybody
};

/// For who runs the server.
inline std::string with_cause(const Error& error) {
  return error.cause.empty() ? error.message : error.message + " (" + error.cause + ")";
}

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string code, std::string message) {
  return std::unexpected(Error{kind, std::move(code), std::move(message)});
}

}  // namespace visavis
