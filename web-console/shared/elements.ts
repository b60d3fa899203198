/** The Element Plus components this console uses, each with its own style sheet and nothing more. */
import 'element-plus/es/components/base/style/css.mjs';
import 'element-plus/es/components/alert/style/css.mjs';
import 'element-plus/es/components/button/style/css.mjs';
import 'element-plus/es/components/dialog/style/css.mjs';
import 'element-plus/es/components/input/style/css.mjs';
import 'element-plus/es/components/pagination/style/css.mjs';
import 'element-plus/es/components/tag/style/css.mjs';

export { ElAlert } from 'element-plus/es/components/alert/index.mjs';
export { ElButton } from 'element-plus/es/components/button/index.mjs';
export { ElDialog } from 'element-plus/es/components/dialog/index.mjs';
export { ElInput } from 'element-plus/es/components/input/index.mjs';
export { ElPagination } from 'element-plus/es/components/pagination/index.mjs';
export { ElTag } from 'element-plus/es/components/tag/index.mjs';
export { localeContextKey } from 'element-plus/es/hooks/use-locale/index.mjs';
export { default as elementEn } from 'element-plus/es/locale/lang/en.mjs';
export { default as elementZh } from 'element-plus/es/locale/lang/zh-cn.mjs';
