// SPDX-License-Identifier: Apache-2.0
// The one REST door of the console; it knows the CSRF token of the session.
import { browserEnvironment, Rest } from "@visavis/client-core";

export const environment = browserEnvironment();
export const rest = new Rest(environment);
