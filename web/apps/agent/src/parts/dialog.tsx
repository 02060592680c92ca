// SPDX-License-Identifier: Apache-2.0
import { Modal } from "antd";
import { type ReactNode, useRef } from "react";
import { openDialog } from "../console/ui.ts";

interface DialogProps {
  title: string;
  children: ReactNode;
  footer: ReactNode;
  width?: number;
  /** Whether Escape closes it. */
  keyboard?: boolean;
  onClose?: () => void;
}

const closeAny = () => openDialog(undefined);

/** A modal whose focus starts at its first field, not at the closing cross; it returns to where it came from. */
export function Dialog({ title, children, footer, width, keyboard = true, onClose = closeAny }: DialogProps) {
  const body = useRef<HTMLDivElement>(null);
  const shown = (open: boolean) => {
    if (!open) return;
    const first = body.current?.querySelector<HTMLElement>(
      "input:not([disabled]), textarea, [role=switch], button",
    );
    first?.focus();
  };
  return (
    <Modal
      open
      title={title}
      width={width}
      keyboard={keyboard}
      footer={footer}
      onCancel={onClose}
      afterOpenChange={shown}
    >
      <div ref={body}>{children}</div>
    </Modal>
  );
}
