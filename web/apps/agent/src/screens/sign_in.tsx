// SPDX-License-Identifier: Apache-2.0
import { RestError } from "@visavis/client-core";
import { Button, Form, Input } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { rest } from "../console/rest.ts";
import { setPrefs } from "../lib/prefs.ts";
import { problemText } from "../lib/problem_text.ts";
import { Banner } from "../parts/parts.tsx";
import css from "./entry.module.css";
import { Logo } from "./top_bar.tsx";

interface Fields {
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

/** Where several companies work on one server, each has an address of its own: /agent/?key=shop. */
const company = () => new URLSearchParams(window.location.search).get("key") ?? undefined;

export function SignIn({ expired, onSession }: { expired: boolean; onSession: () => void }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const throttle = useThrottle();
  const submit = async ({ login, password }: Fields) => {
    setBusy(true);
    setError("");
    try {
      await rest.signIn(login.trim(), password, company());
      onSession();
    } catch (problem) {
      if (problem instanceof RestError && problem.status === 429) throttle.start(problem.retryAfterS ?? 60);
      setError(
        problem instanceof RestError && problem.status === 401 ? t("session.wrong") : problemText(problem),
      );
    } finally {
      setBusy(false);
    }
  };
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
            <Input.Password size="large" autoComplete="current-password" />
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
