// SPDX-License-Identifier: Apache-2.0
// Words of the invented bank.
export const texts = {
  zh: {
    bank: "海港银行",
    menu: "主菜单",
    other: "English",
    footer: "海港银行是为演示而虚构的。右下角的按钮是页面上唯一属于 Visavis 的部分。",
    home: {
      menu: "首页",
      title: "近在身边的银行",
      lead: "账户、银行卡、理赔，有问题就点右下角，面对面说清楚。",
      sections: [
        { title: "手机开户", text: "带上身份证，十分钟完成。周末和晚间也可办理。" },
        { title: "海港储蓄", text: "随存随取，每月结息。", note: "年利率 1.85%，以当日公告为准。" },
        { title: "境外旅行", text: "出行前告诉我们目的地，刷卡更顺畅。" },
      ],
    },
    cards: {
      menu: "银行卡",
      title: "一张卡，少操心",
      lead: "挂失、换卡、提额，都可以在线找人办。",
      sections: [
        { title: "海港借记卡", list: ["全国取款免手续费", "每笔交易即时提醒", "手机上随时锁卡"] },
        { title: "潮汐信用卡", list: ["首年免年费", "账单可分 3 至 24 期", "机场贵宾厅每年 6 次"] },
        { title: "卡片丢了？", text: "先在手机上锁卡，再联系客服补办，三个工作日寄到。" },
      ],
    },
    claims: {
      menu: "理赔",
      title: "出了事，我们在",
      lead: "用手机摄像头把现场给理赔员看，很多案子当场就能定。",
      sections: [
        { title: "准备什么", list: ["保单号", "事故时间和地点", "现场照片，或者视频连线"] },
        { title: "多久能到账", text: "五千元以下的案件，材料齐全后一个工作日到账。" },
      ],
    },
    account: {
      menu: "我的账户",
      title: "下午好，陈女士",
      lead: "金卡客户 · 客户号 C-20417",
      sections: [
        { title: "活期账户 ••4417", text: "可用余额 ¥ 38,204.16" },
        {
          title: "最近交易",
          list: [
            "11 月 22 日　城市轨道　¥ 6.00",
            "11 月 21 日　潮汐信用卡还款　¥ 2,310.50",
            "11 月 20 日　工资　¥ 14,800.00",
          ],
        },
      ],
    },
  },
  en: {
    bank: "Harbour Bank",
    menu: "Main menu",
    other: "中文",
    footer:
      "Harbour Bank is invented for this demo. The button at the bottom right is the only part of the page that is Visavis.",
    home: {
      menu: "Home",
      title: "A bank within reach",
      lead: "Accounts, cards, claims: press the button at the bottom right and talk it over, face to face.",
      sections: [
        {
          title: "Open an account by phone",
          text: "Bring your identity card; it takes ten minutes. Evenings and weekends too.",
        },
        {
          title: "Harbour Savings",
          text: "Pay in and out at any time, interest every month.",
          note: "1.85 % a year, as published on the day.",
        },
        { title: "Travelling abroad", text: "Tell us where you are going and your card keeps working." },
      ],
    },
    cards: {
      menu: "Cards",
      title: "One card, fewer worries",
      lead: "Lost cards, replacements, limits: a person helps you online.",
      sections: [
        {
          title: "Harbour Debit",
          list: ["Free withdrawals nationwide", "A message for every payment", "Lock it on your phone"],
        },
        {
          title: "Tide Credit",
          list: ["No fee in the first year", "Pay in 3 to 24 instalments", "Six lounge visits a year"],
        },
        {
          title: "Card gone?",
          text: "Lock it on your phone, then call us; the new one arrives within three working days.",
        },
      ],
    },
    claims: {
      menu: "Claims",
      title: "When something happens",
      lead: "Show the damage to a claims expert through your phone's camera; many cases are settled on the spot.",
      sections: [
        {
          title: "What you need",
          list: [
            "Your policy number",
            "When and where it happened",
            "Photos, or a video call from the place",
          ],
        },
        {
          title: "How long it takes",
          text: "Claims below 5,000 are paid one working day after the papers are complete.",
        },
      ],
    },
    account: {
      menu: "My account",
      title: "Good afternoon, Ms Chen",
      lead: "Gold customer · number C-20417",
      sections: [
        { title: "Current account ••4417", text: "Available: 38,204.16" },
        {
          title: "Latest payments",
          list: [
            "22 Nov  City transport  6.00",
            "21 Nov  Tide Credit payment  2,310.50",
            "20 Nov  Salary  14,800.00",
          ],
        },
      ],
    },
  },
};
