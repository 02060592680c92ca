// SPDX-License-Identifier: Apache-2.0
// Administration: people, topics and the company.
import { useTranslation } from "react-i18next";
import { Company } from "./admin_company.tsx";
import { Queues } from "./admin_queues.tsx";
import { Users } from "./admin_users.tsx";
import css from "./wall.module.css";

export default function Admin() {
  const { t } = useTranslation();
  return (
    <main className={css.page}>
      <h1>{t("nav.admin")}</h1>
      <div className={css.stack}>
        <Users />
        <Queues />
        <Company />
      </div>
    </main>
  );
}
