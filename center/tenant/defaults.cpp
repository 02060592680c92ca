// SPDX-License-Identifier: Apache-2.0
// What a new tenant starts with. The consent texts are plain words on purpose; a company's lawyers replace them by a
// new version.
#include "center/tenant/tenant.hpp"

namespace visavis::center {

std::vector<ConsentText> default_consent_texts() {
  return {
      {"recording",
       1,
       {{"zh-CN", "录音录像"}, {"en", "Recording"}},
       {{"zh-CN", "我们会录下本次通话的声音和画面，用于核对您的请求和改进服务。您可以随时停止录制。"},
        {"en",
         "We record the sound and picture of this call to check your request later and to improve our service. "
         "You can stop the recording at any time."}}},
      {"transcript",
       1,
       {{"zh-CN", "文字记录与智能分析"}, {"en", "Transcript and AI analysis"}},
       {{"zh-CN", "程序会把通话转成文字，并为客服人员给出提示。不同意也可以正常通话。"},
        {"en",
         "A program turns what is said into text and gives the agent hints. The call works just as well without it."}}},
      {"face_analysis",
       1,
       {{"zh-CN", "表情分析"}, {"en", "Face analysis"}},
       {{"zh-CN", "程序会从您的表情判断您是否满意，只作为给客服人员的提示，不作任何决定。"},
        {"en",
         "A program reads from your face whether you seem content. It is only a hint for the agent and decides "
         "nothing."}}},
      {"screen_view",
       1,
       {{"zh-CN", "查看您的页面"}, {"en", "Seeing your page"}},
       {{"zh-CN", "客服人员可以看到您正在浏览的本公司页面。密码和卡号会被遮住，您可以随时停止。"},
        {"en",
         "The agent can see our page that you have open. Passwords and card numbers stay hidden, and you can stop at "
         "any time."}}},
      {"biometrics",
       1,
       {{"zh-CN", "人脸核对身份"}, {"en", "Identity check by face"}},
       {{"zh-CN", "只有在核对身份时，我们才会把您的面部与证件照片比对。您也可以选择其他核对方式。"},
        {"en",
         "Only when your identity is checked do we compare your face with the photo on your document. You may choose "
         "another way."}}},
  };
}

std::vector<CodeRecord> default_break_reasons() {
  return {{"lunch", {{"zh-CN", "用餐"}, {"en", "Lunch"}}, 1},
          {"training", {{"zh-CN", "培训"}, {"en", "Training"}}, 2},
          {"meeting", {{"zh-CN", "会议"}, {"en", "Meeting"}}, 3},
          {"other", {{"zh-CN", "其他"}, {"en", "Other"}}, 4}};
}

std::vector<CodeRecord> default_dispositions() {
  return {{"answered", {{"zh-CN", "已解答"}, {"en", "Question answered"}}, 1},
          {"changed", {{"zh-CN", "已办理变更"}, {"en", "Change carried out"}}, 2},
          {"complaint", {{"zh-CN", "投诉"}, {"en", "Complaint"}}, 3},
          {"passed_on", {{"zh-CN", "已转交"}, {"en", "Passed on"}}, 4},
          {"follow_up", {{"zh-CN", "需要回访"}, {"en", "Follow-up needed"}}, 5},
          {"dropped", {{"zh-CN", "通话中断"}, {"en", "Call broke off"}}, 6}};
}

}  // namespace visavis::center
