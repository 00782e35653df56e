;;; unmid.el --- Marks mid prose while you write -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: wp, text, convenience
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Tells Eglot and lsp-mode of unmid's language server.  Either will do:
;;
;;   (require 'unmid)
;;   (add-hook 'text-mode-hook #'eglot-ensure)   ; Eglot, part of Emacs since 29
;;   (add-hook 'text-mode-hook #'lsp-deferred)   ; lsp-mode
;;
;; Markdown's mode runs text-mode's hook, too.

;;; Code:

(require 'url-util)

(defgroup unmid nil
  "Marks mid prose while you write."
  :group 'text)

(defcustom unmid-command '("unmid" "serve")
  "The command that starts the language server."
  :type '(repeat string))

(defcustom unmid-settings nil
  "Settings of your own, as a property list: (:genre \"docs\" :ignore [\"puff\"]).
A project's `unmid.toml' wins over them.  Change them with
`unmid-configure' while a draft is open."
  :type 'plist)

(define-derived-mode unmid-commit-mode text-mode "Commit"
  "For git's commit messages: what git adds to them is not read.
With Magit, set `git-commit-major-mode' to this mode."
  (setq-local comment-start "# "))

(add-to-list 'auto-mode-alist '("/\\(?:COMMIT\\|MERGE\\|TAG\\)_\\(?:EDIT\\)?MSG\\'" . unmid-commit-mode))

(defconst unmid--languages
  '((unmid-commit-mode . "gitcommit")
    (markdown-mode . "markdown")
    (gfm-mode . "markdown")
    (markdown-ts-mode . "markdown")
    (latex-mode . "latex")
    (LaTeX-mode . "latex")
    (plain-tex-mode . "latex")
    (rst-mode . "restructuredtext")
    (adoc-mode . "asciidoc")
    (text-mode . "text"))
  "What each mode's text is called in the protocol.  The first match counts.")

(defun unmid--configuration (&rest _)
  "The settings as the server is told of them."
  (list :unmid (or unmid-settings (make-hash-table))))

;; Eglot.

(defvar eglot-server-programs)
(defvar eglot-workspace-configuration)
(declare-function eglot-current-server "eglot")
(declare-function eglot-code-actions "eglot")
(declare-function eglot-reconnect "eglot")
(declare-function eglot-signal-didChangeConfiguration "eglot")
(declare-function eglot-managed-p "eglot")
(declare-function eglot--TextDocumentIdentifier "eglot")
(declare-function jsonrpc-request "jsonrpc")

(defun unmid--contact (&rest _)
  "How Eglot starts the server."
  (unless (executable-find (car unmid-command))
    (user-error "The command `%s' was not found; see the README of unmid for Emacs" (car unmid-command)))
  (append unmid-command (list :initializationOptions (unmid--configuration))))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               (cons (mapcar (lambda (mode) (list (car mode) :language-id (cdr mode))) unmid--languages)
                     #'unmid--contact)))

;; lsp-mode.

(defvar lsp-language-id-configuration)
(defvar lsp-response-timeout)
(declare-function make-lsp-client "lsp-mode")
(declare-function lsp-register-client "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")
(declare-function lsp-activate-on "lsp-mode")
(declare-function lsp-execute-code-action-by-kind "lsp-mode")
(declare-function lsp-find-workspace "lsp-mode")
(declare-function lsp-workspaces "lsp-mode")
(declare-function lsp--set-configuration "lsp-mode")
(declare-function lsp-workspace-restart "lsp-mode")
(declare-function lsp-workspace-command-execute "lsp-mode")
(declare-function lsp--buffer-uri "lsp-mode")

(with-eval-after-load 'lsp-mode
  (dolist (mode (reverse unmid--languages))
    (add-to-list 'lsp-language-id-configuration mode))
  (lsp-register-client
   (make-lsp-client
    :new-connection (lsp-stdio-connection (lambda () unmid-command))
    :activation-fn (lsp-activate-on "gitcommit" "markdown" "latex" "restructuredtext" "asciidoc" "text")
    :initialization-options #'unmid--configuration
    :server-id 'unmid
    :add-on? t)))

;; Commands.

(defun unmid--served-by ()
  "Which of `eglot' and `lsp' serves this buffer; an error if none does."
  (cond ((and (fboundp 'eglot-managed-p) (eglot-managed-p)) 'eglot)
        ((bound-and-true-p lsp-mode) 'lsp)
        (t (user-error "This buffer is not read by unmid; start it with M-x eglot or M-x lsp"))))

;;;###autoload
(defun unmid-fix-all ()
  "Make all safe cuts in this buffer."
  (interactive)
  (pcase (unmid--served-by)
    ('eglot (eglot-code-actions (point-min) (point-max) "source.fixAll.unmid" t))
    ('lsp (lsp-execute-code-action-by-kind "source.fixAll.unmid"))))

;;;###autoload
(defun unmid-restart ()
  "Start the language server again."
  (interactive)
  (pcase (unmid--served-by)
    ('eglot (eglot-reconnect (eglot-current-server) t))
    ('lsp (lsp-workspace-restart (lsp-find-workspace 'unmid nil)))))

;;;###autoload
(defun unmid-configure (settings)
  "Change `unmid-settings' to SETTINGS, for drafts that are open as well."
  (interactive (list (read (read-string "Settings: " (prin1-to-string unmid-settings)))))
  (setq unmid-settings settings)
  (pcase (unmid--served-by)
    ('eglot
     ;; The whole configuration goes to the server, with what other servers of this project are told.
     (setq-default eglot-workspace-configuration
                   (plist-put (copy-sequence (default-value 'eglot-workspace-configuration))
                              :unmid (plist-get (unmid--configuration) :unmid)))
     (eglot-signal-didChangeConfiguration (eglot-current-server)))
    ('lsp (lsp--set-configuration (unmid--configuration)))))

;; The rest is asked of the server, which answers with what it did or made.

(defconst unmid--patience 600
  "Seconds in which the server answers: many texts take long to learn from.")

(defun unmid--ask (command &rest arguments)
  "What the server answers to COMMAND with ARGUMENTS."
  (pcase (unmid--served-by)
    ('eglot (jsonrpc-request (eglot-current-server) :workspace/executeCommand
                             (list :command command :arguments (vconcat arguments))
                             :timeout unmid--patience))
    ('lsp (let ((lsp-response-timeout unmid--patience))
            (lsp-workspace-command-execute command (vconcat arguments))))))

(defun unmid--uri ()
  "What this buffer is called in the protocol."
  (pcase (unmid--served-by)
    ('eglot (plist-get (eglot--TextDocumentIdentifier) :uri))
    ('lsp (lsp--buffer-uri))))

(defun unmid--words (prompt)
  "The words of the region or at point, to be changed after PROMPT."
  (let ((found (if (use-region-p)
                   (buffer-substring-no-properties (region-beginning) (region-end))
                 (or (thing-at-point 'word t) ""))))
    (read-string prompt (mapconcat #'identity (split-string found) " "))))

;;;###autoload
(defun unmid-keep (words)
  "Keep WORDS: they are not marked any more.  Those of the region, or at point."
  (interactive (list (unmid--words "Keep: ")))
  (unmid--ask "unmid.keepPhrase" words (unmid--uri)))

;;;###autoload
(defun unmid-ban (words)
  "Ban WORDS: they are marked from now on.  Those of the region, or at point."
  (interactive (list (unmid--words "Ban: ")))
  (unmid--ask "unmid.banWord" words (unmid--uri)))

;;;###autoload
(defun unmid-report ()
  "Write the report on this draft into a file and open it in a browser; the file."
  (interactive)
  (let ((html (unmid--ask "unmid.report" (unmid--uri)))
        (file (make-temp-file "unmid-" nil ".html"))
        (coding-system-for-write 'utf-8-unix))
    (write-region html nil file nil 'silent)
    (browse-url-of-file file)
    (message "The report is in %s" file)
    file))

;;;###autoload
(defun unmid-author (name)
  "Have drafts judged by the pack of the author called NAME, as long as Emacs runs."
  (interactive
   (list (completing-read "Author: " (unmid--authors))))
  (unmid--ask "unmid.chooseAuthor" name "")
  (unmid-configure (plist-put (copy-sequence unmid-settings) :author name))
  (message "Judged by %s for now; author = \"%s\" in unmid.toml keeps it" name name))

;;;###autoload
(defun unmid-learn (name folder)
  "Learn how the author called NAME writes from the finished texts in FOLDER.
Drafts are judged by it from then on.  What else was found, phrases to
keep and words to ban, is asked about one by one."
  (interactive
   (list (completing-read "Author: " (unmid--authors))
         (read-directory-name "Folder with finished texts: " nil nil t)))
  (let ((told (unmid--ask "unmid.learnVoice" name (unmid--folder-uri folder))))
    (when (member name (unmid--authors))
      (unmid-author name))
    (message "%s" told)))

(defun unmid--authors ()
  "The names of the authors whose packs the server has found."
  (mapcar (lambda (author) (unmid--get author "name")) (unmid--ask "unmid.authors")))

(defun unmid--folder-uri (folder)
  "What FOLDER is called in the protocol."
  (let ((path (directory-file-name (expand-file-name folder))))
    (concat "file://" (url-hexify-string path (cons ?/ url-unreserved-chars)))))

(defun unmid--get (object key)
  "What OBJECT, a plist or a hash table, holds under KEY, a string."
  (if (hash-table-p object)
      (gethash key object)
    (plist-get object (intern (concat ":" key)))))

(provide 'unmid)
;;; unmid.el ends here
