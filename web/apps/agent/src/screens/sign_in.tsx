// SPDX-License-Identifier: Apache-2.0
import { RestError } from "@visavis/client-core";
import type { Session } from "@visavis/protocol";
import { Button, Form, Input, type InputRef } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { rest } from "../console/rest.ts";
import { setPrefs, usePrefs } from "../lib/prefs.ts";
import { problemText } from "../lib/problem_text.ts";
import { Banner } from "../parts/parts.tsx";
import css from "./entry.module.css";
import { Logo } from "./top_bar.tsx";

interface Fields {
  /** Only where it is asked for. */
  company?: string;
  login: string;
  password: string;
}

/** Counts a throttle down, so that nobody tries again too early. */
function useThrottle() {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (until <= Date.now()) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [until]);
  return {
    left: Math.max(0, Math.ceil((until - now) / 1000)),
    start: (s: number) => setUntil(Date.now() + s * 1000),
  };
}

function LanguageSwitch() {
  const { i18n } = useTranslation();
  const zh = i18n.language.startsWith("zh");
  return (
    <button
      type="button"
      className={css.language}
      lang={zh ? "en" : "zh-CN"}
      onClick={() => setPrefs({ lang: zh ? "en" : "zh-CN" })}
    >
      {zh ? "English" : "中文"}
    </button>
  );
}

/** Where several companies work on one server, an address may name one of them: /agent/?key=shop. */
const companyOfAddress = () => new URLSearchParams(window.location.search).get("key") ?? undefined;

/** The company, asked for only where neither the address nor the server knows it. */
function CompanyField({ kept, needed }: { kept: string; needed: boolean }) {
  const { t } = useTranslation();
  return (
    <Form.Item
      name="company"
      label={t("session.company")}
      extra={t("session.company_hint")}
      initialValue={kept}
      rules={[{ required: needed, message: t("session.company_missing") }]}
    >
      <Input
        size="large"
        autoFocus={needed}
        autoComplete="organization"
        spellCheck={false}
        autoCapitalize="none"
      />
    </Form.Item>
  );
}

export function SignIn({ expired, onSession }: { expired: boolean; onSession: (session: Session) => void }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const throttle = useThrottle();
  const [needed, setNeeded] = useState(false);
  const password = useRef<InputRef>(null);
  const kept = usePrefs((p) => p.company);
  const given = companyOfAddress();
  const submit = async ({ login, password: word, company: typed }: Fields) => {
    const company = given ?? typed?.trim();
    setBusy(true);
    setProblem(undefined);
    try {
      const session = await rest.signIn(login.trim(), word, company);
      setPrefs({ company: company ?? "" });
      onSession(session);
    } catch (failure) {
      if (failure instanceof RestError && failure.code === "tenant_needed") setNeeded(true);
      if (failure instanceof RestError && failure.status === 429) throttle.start(failure.retryAfterS ?? 60);
      setProblem(failure);
      // Typed over at once.
      if (failure instanceof RestError && failure.status === 401) password.current?.focus({ cursor: "all" });
    } finally {
      setBusy(false);
    }
  };
  // In the words of the language that is chosen now.
  const wrong = problem instanceof RestError && problem.status === 401;
  const error = problem === undefined ? "" : wrong ? t("session.wrong") : problemText(problem);
  return (
    <main className={css.page}>
      <section className={css.card} aria-labelledby="sign-in">
        <div className={css.brand}>
          <Logo />
          <span>Visavis</span>
          <LanguageSwitch />
        </div>
        <h1 id="sign-in">{t("session.title")}</h1>
        <p className={css.lead}>{t("session.lead")}</p>
        {expired && !error && <Banner kind="info">{t("session.expired")}</Banner>}
        {error && (
          <Banner kind="error" live="assertive">
            {throttle.left > 0 ? t("session.throttled", { seconds: throttle.left }) : error}
          </Banner>
        )}
        <Form<Fields>
          layout="vertical"
          requiredMark={false}
          onFinish={(f) => void submit(f)}
          className={css.form}
        >
          {given === undefined && (needed || kept !== "") && <CompanyField kept={kept} needed={needed} />}
          <Form.Item
            name="login"
            label={t("session.login")}
            rules={[{ required: true, message: t("session.login_missing") }]}
          >
            <Input size="large" autoFocus autoComplete="username" spellCheck={false} autoCapitalize="none" />
          </Form.Item>
          <Form.Item
            name="password"
            label={t("session.password")}
            rules={[{ required: true, message: t("session.password_missing") }]}
          >
            <Input.Password ref={password} size="large" autoComplete="current-password" />
          </Form.Item>
          <Button
            type="primary"
            size="large"
            block
            htmlType="submit"
            loading={busy}
            disabled={throttle.left > 0}
          >
            {t("session.sign_in")}
          </Button>
        </Form>
      </section>
    </main>
  );
}
